@testable import cmdqsim
import Foundation
import Machine
import SimulatedMachine
import Testing

/// `cmdqsim calibrate` as a user meets it; what it measures is no matter of tests.
@Suite(.serialized, .enabled(if: NativeThreads.availableProcessors >= 2)) struct CalibrateTests {
    @Test func whatIsWrittenRuns() throws {
        try Scratch.withFolder { folder throws in
            let path = folder.appendingPathComponent("this-host.yaml").path
            let ended = try BuiltCommand.run(["calibrate", "--duration", "20ms", "--output", path])
            #expect(ended.status == 0 && ended.output.isEmpty && ended.errors.isEmpty)
            let machine = try MachineFile.load(path: path)
            #expect(machine.model.name == "this-host")
            let printed = try BuiltCommand.run(["machine", path])
            #expect(printed.status == 0)
            #expect(try printed.output == String(contentsOfFile: path, encoding: .utf8))
            let run = try BuiltCommand.run([
                "run", "--machine", path, "--producers", "2", "--batch", "8", "--commands", "500", "--format", "json",
            ])
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.output.contains("\"commandsExecuted\" : 500"), "\(run.output)")
        }
    }

    @Test func json() throws {
        let ended = try BuiltCommand.run(["calibrate", "--duration", "20ms", "--format", "json"])
        #expect(ended.status == 0 && ended.errors.isEmpty)
        let document = try JSON.read(MachineDescription.self, ended.output)
        #expect(document.name == "this-host" && document.cores == NativeThreads.availableProcessors)
    }

    @Test(arguments: [["--format", "table"], ["--duration", "0"], ["--duration", "-1"], ["--output", "/nonexistent/x.yaml"], ["extra"]])
    func badUsage(arguments: [String]) throws {
        let ended = try BuiltCommand.run(["calibrate"] + arguments)
        #expect(ended.status == 64 && ended.output.isEmpty)
        #expect(ended.errors.split(separator: "\n").count == 1, "\(ended.errors)")
    }
}

@testable import cmdqsim
import Experiment
import Foundation
import Testing

/// A signal while a run is under way. Standard error is a terminal, whose progress line tells when.
@Suite struct InterruptTests {
    @Test(arguments: [Int32(130), 143])
    func keepsWhatIsFinished(status: Int32) throws {
        try Scratch.withFolder { folder throws in
            let output = folder.appendingPathComponent("out")
            try Data().write(to: output)
            let terminal = try Terminal()
            let process = Process()
            process.executableURL = try BuiltCommand.path
            // The second scenario would take a minute and more.
            process.arguments = [
                "compare", "--queues", "main", "--producers", "1", "--tlbi-ns", "0,10000000", "--commands", "10k",
                "--repeat", "1", "--warmup", "0", "--format", "json",
            ]
            process.standardOutput = try FileHandle(forWritingTo: output)
            process.standardError = terminal.far
            try process.run()
            try terminal.closeFar()
            let seen = try terminal.read(until: "[2/2]")
            #expect(seen.contains("[1/2]"))
            kill(process.processIdentifier, status - 128)
            process.waitUntilExit()
            #expect(process.terminationReason == .exit)
            #expect(process.terminationStatus == status)
            let document = try JSON.read(ResultDocument.self, String(contentsOf: output, encoding: .utf8))
            #expect(document.partial)
            #expect(document.results.count == 1)
            #expect(document.results.first?.partial == false)
        }
    }
}

extension InterruptTests {
    /// A search that would take a minute and more.
    @Test func aSearchKeepsWhatIsTried() throws {
        try Scratch.withFolder { folder throws in
            let output = folder.appendingPathComponent("out")
            try Data().write(to: output)
            let terminal = try Terminal()
            let process = Process()
            process.executableURL = try BuiltCommand.path
            process.arguments = ["tune", "--machine", "kunpeng920", "--producers", "32", "--batch", "1..64", "--duration", "200ms", "--format", "json"]
            process.standardOutput = try FileHandle(forWritingTo: output)
            process.standardError = terminal.far
            try process.run()
            try terminal.closeFar()
            // The first run is over where the second is named.
            _ = try terminal.read(until: "--batch 2")
            kill(process.processIdentifier, SIGINT)
            process.waitUntilExit()
            #expect(process.terminationReason == .exit && process.terminationStatus == 130)
            let text = try String(contentsOf: output, encoding: .utf8)
            let document = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
            #expect(document["partial"] as? Bool == true && document["ended"] as? String == "interrupted")
            #expect((document["candidates"] as? [Any])?.count == 1 && document["best"] is [String: Any])
        }
    }
}

/// A pseudo-terminal: what a process writes to `far` is read here.
private struct Terminal {
    let near: FileHandle
    let far: FileHandle

    init() throws {
        let descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        var locked: Int32 = 0
        var number: Int32 = 0
        // TIOCSPTLCK and TIOCGPTN, which the C library's Swift module does not have.
        guard descriptor >= 0, ioctl(descriptor, 0x4004_5431, &locked) == 0, ioctl(descriptor, 0x8004_5430, &number) == 0
        else { throw POSIXError(.ENXIO) }
        let path = "/dev/pts/\(number)"
        near = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        let other = open(path, O_RDWR | O_NOCTTY)
        guard other >= 0 else { throw POSIXError(.ENXIO) }
        far = FileHandle(fileDescriptor: other, closeOnDealloc: true)
    }

    func closeFar() throws { try far.close() }

    /// Everything up to and with `text`; throws where the far side ends before.
    func read(until text: String) throws -> String {
        var seen = ""
        while !seen.contains(text) {
            let data = near.availableData
            guard !data.isEmpty else { throw POSIXError(.EIO) }
            seen += String(decoding: data, as: UTF8.self)
        }
        return seen
    }
}

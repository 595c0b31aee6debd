import Foundation
import Testing

/// Bad input as a user meets it: one line, nothing on standard output, the right status.
@Suite struct BadInputTests {
    @Test(arguments: [
        ("frob", "frob"), ("compare --prodcers 3", "--producers"), ("run --queues main", "--queues"),
        ("compare --producers 0", "1 to 1024"), ("compare --producers 2000000", "1 to 1024"), ("run --producers -3", "1 to 1024"),
        ("compare --producers 4..1", "1..4"), ("compare --producers 1,,2", "empty"), ("run --producers 1,2", "compare"),
        ("run --queue mian", "main, vcmdq"), ("run --workload dmb", "dma, dma-map-50, mix"), ("run --algorithm qspin", "linux, spinlock, spinlock-on-failure, fetch-add, mutex"),
        ("run --backoff nap", "yield:N"), ("run --layout wide", "linux, padded"), ("run --lock spin", "counted, legacy"),
        ("run --sync irq", "msi, cons"), ("run --format xml", "table, json, csv"), ("run --checks none", "standard, full"),
        ("run --batch 4096", "4095"), ("run --batch 200 --log2-entries 7", "127"), ("run --log2-entries 6", "--allow-small-ring"),
        ("run --log2-entries 20", "1 to 19"), ("run --commands 0", "1 to"), ("run --commands 1 --duration 1", "exclude"),
        ("run --duration 0", "out of range"), ("run --repeat 0", "1 to 1000"), ("run --seed -1", "0 to"),
        ("compare --vintfs 64 --vcmdqs-per-vintf 4", "128"), ("compare --queues vcmdq --algorithm mutex", "main queue only"),
        ("run --queue vcmdq --algorithm mutex", "main queue only"), ("run --queue ecmdq --algorithm fetch-add", "main queue only"),
        ("compare --queues vcmdq,ecmdq --algorithm mutex", "main queue only"), ("run --algorithm fetch-add --producers 1024 --batch 63", "log2Entries of 17"),
        ("run --queue ecmdq --batch 256", "255"), ("compare --producers 1..1000 --batch 1..1000", "10000"),
        ("run --workload linux-lazy --batch 4", "batch"), ("run --output /none/out", "/none/out"), ("run --output /", "folder"),
        ("run --histogram /none/out", "/none/out"), ("run --output same --histogram same", "same file"),
        ("run --histogram h --latency-sampling 0", "--latency-sampling"), ("run extra", "extra"), ("run --producers", "--producers"),
        ("script", "<file>"), ("script x --layout wide", "linux, padded"), ("decode", "W0:W1"), ("decode 46", "second"),
        ("decode xyz:0", "hexadecimal"), ("decode 46 0 --trace x", "not both"), ("decode 46 0 --from 2", "--from"),
        ("list everything", "workloads"), ("machine", "<machine>"), ("machine kunpeng", "kunpeng920, grace, neoverse-n1, morello, or the path"),
        ("machine grace --format xml", "yaml, json"), ("machine grace morello", "morello"), ("help frob", "frob"),
    ])
    func usage(arguments: String, words: String) throws {
        let ended = try BuiltCommand.run(arguments.split(separator: " ").map(String.init))
        #expect(ended.status == 64)
        #expect(ended.output.isEmpty)
        let line = try ended.onlyErrorLine()
        #expect(line.hasPrefix("cmdqsim: ") && line.contains(words), "\(line)")
    }

    @Test(arguments: [
        ["run", "--trace", "FILE"], ["compare", "--trace", "FILE"], ["decode", "--trace", "FILE"], ["run", "--scenario", "FILE"],
        ["script", "FILE"], ["machine", "FILE"], ["run", "--machine", "FILE"],
    ])
    func files(arguments: [String]) throws {
        try Scratch.withFolder { folder throws in
            let path = folder.appendingPathComponent("input").path
            func run() throws -> BuiltCommand.Ended {
                try BuiltCommand.run(arguments.map { $0 == "FILE" ? path : $0 })
            }
            // Not there, a folder, no such form.
            for content in [nil, "folder", "no call, no trace, no scenario\n"] {
                try? FileManager.default.removeItem(atPath: path)
                if content == "folder" {
                    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
                } else {
                    try content?.write(toFile: path, atomically: false, encoding: .utf8)
                }
                let ended = try run()
                // Bad data is data that could be read.
                let isReadable = content != nil && content != "folder"
                #expect(ended.status == (isReadable ? 65 : 64), "\(arguments) \(content ?? "missing"): \(ended.errors)")
                #expect(ended.output.isEmpty)
                #expect(try ended.onlyErrorLine().hasPrefix((isReadable ? "" : "cmdqsim: ") + path + ":"))
            }
        }
    }

    @Test func aFullDiskLosesNothingSilently() throws {
        let ended = try BuiltCommand.run(["list", "--format", "csv"])
        #expect(ended.status == 0 && ended.errors.isEmpty)
        let process = Process()
        process.executableURL = try BuiltCommand.path
        process.arguments = ["list"]
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: "/dev/full"))
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 74)
        let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(text == "cmdqsim: standard output: cannot be written: No space left on device\n")
    }
}

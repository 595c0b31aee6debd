import TestSupport
import Testing

import SMMUv3

/// Against the recorded runs of the driver's own encoder.
@Suite struct LinuxEncoderTests {
    /// Every `cmd` line prints its return value and words.
    @Test(arguments: [("calls-1", 3), ("encode-1", 400)]) func goldenEncodings(run: String, count: Int) throws {
        // Line numbers count empty lines and comments, which `Fixture.lines` drops: match in order instead.
        let calls = try Fixture.lines("\(run).script.xz").filter { $0.hasPrefix("cmd ") }
        let printed = try Fixture.lines("\(run).expected.xz").map { $0.split(separator: " ") }.filter { $0[1] == "cmd" }
        try #require(calls.count == count)
        try #require(printed.count == count)
        for (call, expected) in zip(calls, printed) {
            let words = call.split(separator: " ")
            let (ret, command) = try LinuxEncoder.encode(name: words[1], arguments: words[2...])
            #expect("ret=\(ret)" == expected[2], "\(call)")
            #expect(try command == Fixture.command(expected[3...]), "\(call)")
        }
    }

    /// Traced runs print each command that the device executed: those of `issue1` and `batch_add` are
    /// among them, in the order of the calls.
    @Test(arguments: ["calls-1", "cons-step3-9", "msi-step1-7"]) func goldenInsertions(run: String) throws {
        var encoded: [Command] = []
        for line in try Fixture.lines("\(run).script.xz") {
            let words = line.split(separator: " ")
            let name = words[0] == "issue1" ? 2 : words[0] == "batch_add" ? 1 : 0
            if name == 0 { continue }
            let (ret, command) = try LinuxEncoder.encode(name: words[name], arguments: words[(name + 1)...])
            #expect(ret == 0, "\(line)")
            encoded.append(command)
        }
        try #require(encoded.count >= 4)
        let executed = try Fixture.lines("\(run).expected.xz").filter { $0.hasPrefix("hw ") }
            .map { try Fixture.command($0.split(separator: " ")[2...]) }
        var rest = executed[...]
        for (position, command) in encoded.enumerated() {
            let found = try #require(rest.firstIndex(of: command), "command \(position) of \(encoded.count)")
            rest = rest[(found + 1)...]
        }
    }

    @Test func refusals() throws {
        #expect(try LinuxEncoder.encode(name: "0x99", fields: [:]) == (-2, Command(word0: 0x99, word1: 0)))
        #expect(try LinuxEncoder.encode(name: "TLBI_NH_ALL", fields: ["vmid": 3]) == (-2, Command(word0: 0x10, word1: 0)))
        let page = try LinuxEncoder.encode(name: "PRI_RESP", fields: ["ssv": 1, "sid": 0x10, "ssid": 7, "grpid": 5, "resp": 3])
        #expect(page == (-22, Command(word0: 0x10_0000_7841, word1: 5)))
    }

    @Test func numbersOfCommandsAreOpcodes() throws {
        let named = try LinuxEncoder.encode(name: "TLBI_NH_ASID", fields: ["asid": 5, "vmid": 1])
        #expect(try LinuxEncoder.encode(name: "0x11", fields: ["asid": 5, "vmid": 1]) == named)
        #expect(named == (0, Command(word0: 0x0005_0001_0000_0011, word1: 0)))
    }

    @Test func valuesAreMaskedToTheirTypeAndField() throws {
        let tlbi = try LinuxEncoder.encode(
            name: "TLBI_NH_VA",
            fields: ["num": 0x3f, "scale": 0x3f, "asid": 0x1_0002, "vmid": 0x1_0003, "leaf": 2, "ttl": 7, "tg": 5, "addr": 0x1fff])
        #expect(tlbi.command == Command(word0: 0x0002_0003_01f1_f012, word1: 0x1701))
        let atc = try LinuxEncoder.encode(name: "ATC_INV", fields: ["ssv": 4, "sid": 0x1_0000_0001, "ssid": 0x10_0002, "size": 0x74])
        #expect(atc.command == Command(word0: 0x1_0000_2840, word1: 0x34))
    }

    @Test func syncCompletesAsItsAddressSays() throws {
        #expect(try LinuxEncoder.encode(name: "CMD_SYNC", fields: [:]).command == .sync(.sev))
        #expect(try LinuxEncoder.encode(name: "CMD_SYNC", fields: ["msiaddr": 0x1004]).command == .sync(.irq, msiAddress: 0x1004))
        // The driver looks at the address before it masks it.
        #expect(try LinuxEncoder.encode(name: "CMD_SYNC", fields: ["msiaddr": 1]).command == Command(word0: 0x0fc0_1046, word1: 0))
    }

    /// What the encoder builds from random arguments stays within the fields of its command.
    @Test(arguments: seeds) func nothingOutsideTheFields(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for opcode in Opcode.allCases {
            for _ in 0..<20 {
                var entry = LinuxCommandEntry(opcode)
                for argument in LinuxCommandEntry.Argument.allCases { entry.set(argument, to: random.word()) }
                let encoding = LinuxEncoder.encode(entry)
                #expect(encoding.command.opcode == opcode)
                #expect(DecodedCommand(encoding.command).residue == Command(word0: 0, word1: 0))
                if opcode == .priResponse { #expect((encoding.ret == 0) == (entry.response <= 2)) }
            }
        }
    }

    @Test(arguments: [
        ("FOO", [], .unknownCommand("FOO")),
        ("0x100", [], .unknownCommand("0x100")),
        ("0x", [], .unknownCommand("0x")),
        ("17", [], .unknownCommand("17")),
        ("", [], .unknownCommand("")),
        ("CFGI_STE", ["foo=1"], .unknownArgument("foo")),
        ("CFGI_STE", ["=1"], .unknownArgument("")),
        ("CFGI_STE", ["sid"], .notAnArgument("sid")),
        ("CFGI_STE", ["sid=1", "sid=1"], .repeatedArgument("sid")),
        ("CFGI_STE", ["sid="], .malformedNumber("")),
        ("CFGI_STE", ["sid=0x"], .malformedNumber("0x")),
        ("CFGI_STE", ["sid=-1"], .malformedNumber("-1")),
        ("CFGI_STE", ["sid=+1"], .malformedNumber("+1")),
        ("CFGI_STE", ["sid=0x+1"], .malformedNumber("0x+1")),
        ("CFGI_STE", ["sid=0x-1"], .malformedNumber("0x-1")),
        ("CFGI_STE", ["sid=1g"], .malformedNumber("1g")),
        ("CFGI_STE", ["sid=0x10000000000000000"], .malformedNumber("0x10000000000000000")),
        ("CFGI_STE", ["sid=18446744073709551616"], .malformedNumber("18446744073709551616")),
    ] as [(Substring, [Substring], LinuxEncoder.InputError)])
    func badInput(name: Substring, arguments: [Substring], error: LinuxEncoder.InputError) {
        #expect(throws: error) { try LinuxEncoder.encode(name: name, arguments: arguments) }
        #expect(!error.description.isEmpty && !error.description.contains("\n"))
    }

    @Test func badFieldInADictionary() {
        #expect(throws: LinuxEncoder.InputError.unknownArgument("foo")) {
            try LinuxEncoder.encode(name: "CFGI_STE", fields: ["foo": 1])
        }
    }

    @Test(arguments: [("0", 0), ("18446744073709551615", .max), ("0xffffffffffffffff", .max), ("0x1F", 31), ("010", 10)] as [(Substring, UInt64)])
    func numbers(text: Substring, value: UInt64) throws {
        #expect(try LinuxEncoder.number(text) == value)
    }
}

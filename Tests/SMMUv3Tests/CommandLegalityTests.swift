import TestSupport
import Testing

import SMMUv3

@Suite struct CommandLegalityTests {
    private static let everyRule: [CommandRules] = [OpcodeSet.all, .tegra241Guest, .none].flatMap { opcodes in
        [false, true].flatMap { range in
            [false, true].map { CommandRules(opcodes: opcodes, rangeInvalidation: range, isSecure: $0) }
        }
    }

    /// The fast test and the full one are separate code.
    @Test(arguments: seeds) func fastAndFullTestAgree(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var illegal = 0
        for byte in UInt8.min...UInt8.max {
            for _ in 0..<12 {
                let command = Command(word0: random.word() & ~0xff | UInt64(byte), word1: random.word())
                for rules in Self.everyRule {
                    let full = command.problems(under: rules).contains { $0.severity == .illegal }
                    #expect(command.isIllegal(under: rules) == full, "\(command) under \(rules)")
                    illegal += full ? 1 : 0
                }
            }
        }
        #expect(illegal > 0)
    }

    @Test func unknownOpcodes() {
        for byte in UInt8.min...UInt8.max {
            let command = Command(word0: UInt64(byte), word1: 0)
            #expect(command.isIllegal() == (Opcode(rawValue: byte) == nil))
        }
        #expect(Command(word0: 0x99, word1: 0).problems() == [.unknownOpcode(0x99)])
    }

    @Test func reservedCompletionSignal() {
        for cs in UInt64(0)...3 {
            let command = Command(word0: 0x46 | cs << 12, word1: 0)
            #expect(command.isIllegal() == (cs == 3))
            #expect(command.problems() == (cs == 3 ? [.reservedCompletionSignal] : []))
        }
    }

    @Test(arguments: Opcode.allCases.filter { OpcodeSet.withRange.contains($0) })
    func reservedRange(opcode: Opcode) throws {
        let range = CommandRules(rangeInvalidation: true, isSecure: true)
        let reserved = Command(word0: UInt64(opcode.rawValue), word1: 0x400)
        #expect(reserved.isIllegal(under: range))
        #expect(reserved.problems(under: range) == [.reservedRange])
        #expect(!reserved.isIllegal(under: CommandRules(isSecure: true)))
        for field in [CommandField.num, .scale, .ttl] {
            var decoded = DecodedCommand(reserved)
            try decoded.set(field, to: 1)
            #expect(!Command(decoded).isIllegal(under: range), "\(field)")
        }
        var withoutGranule = reserved
        withoutGranule.word1 = 0
        #expect(!withoutGranule.isIllegal(under: range))
    }

    @Test(arguments: Opcode.allCases) func secureStreams(opcode: Opcode) {
        let command = Command(word0: UInt64(opcode.rawValue) | 0x400, word1: 0)
        let carriesStreamID = opcode.layout(of: .sid) != nil
        #expect(command.isIllegal() == carriesStreamID)
        #expect(command.problems().contains(.secureStreamOnNonSecureQueue) == carriesStreamID)
        #expect(!command.isIllegal(under: CommandRules(isSecure: true)))
    }

    @Test func responses() {
        let page = Command(word0: 0x41, word1: 0x3000)
        #expect(page.isIllegal())
        #expect(page.problems() == [.reservedPageResponse])
        let stall = Command(word0: 0x3044, word1: 0)
        #expect(!stall.isIllegal())
        #expect(stall.problems() == [.reservedStallResponse])
    }

    @Test func acceptedOpcodes() {
        let guest = CommandRules(opcodes: .tegra241Guest)
        #expect(Command(word0: 0x03, word1: 0).isIllegal(under: guest))
        #expect(Command(word0: 0x03, word1: 0).problems(under: guest) == [.unacceptedOpcode(.cfgiSTE)])
        #expect(!Command(word0: 0x46, word1: 0).isIllegal(under: guest))
    }

    @Test func suspiciousOnly() {
        let range = CommandRules(rangeInvalidation: true)
        func check(_ word0: UInt64, _ word1: UInt64, _ rules: CommandRules, _ expected: [CommandProblem]) {
            let command = Command(word0: word0, word1: word1)
            #expect(command.problems(under: rules) == expected)
            #expect(!command.isIllegal(under: rules))
        }
        check(0x40, 53, range, [.sizeTooLarge(53)])
        check(0x40, 52, range, [])
        check(0x40, 0x3001, range, [.misalignedAddress(0x3000, alignment: 0x2000)])
        check(0x40, 0x4001, range, [])
        check(0x40, 0x1000 | 51, range, [.misalignedAddress(0x1000, alignment: 1 << 63)])
        // Level 2 of 4 KiB tables: blocks of 2 MiB.
        check(0x12, 0x20_0000 | 0x600, range, [])
        check(0x12, 0x20_1000 | 0x600, range, [.misalignedAddress(0x20_1000, alignment: 0x20_0000)])
        // 64 KiB pages.
        check(0x12, 0x1000 | 0xf00, range, [.misalignedAddress(0x1000, alignment: 0x1_0000)])
        check(0x12, 0x700, CommandRules(), [.rangeWithoutFeature])
        check(0x1012, 0, range, [.rangeWithoutGranule])
        check(0x1040, 0, range, [.substreamNotValid])
        check(0x1840, 0, range, [])
        check(0x18, 0, range, [.el3OnNonSecureQueue])
        check(0x18, 0, CommandRules(isSecure: true), [])
        check(0x30 | 1 << 32, 1, range, [.reservedBits(word0: 1 << 32, word1: 1)])
    }

    @Test func everyProblemHasItsOwnLine() {
        let problems: [CommandProblem] = [
            .unknownOpcode(1), .unacceptedOpcode(.sync), .reservedCompletionSignal, .reservedRange,
            .secureStreamOnNonSecureQueue, .reservedPageResponse, .reservedStallResponse, .el3OnNonSecureQueue,
            .sizeTooLarge(53), .misalignedAddress(1, alignment: 2), .rangeWithoutFeature, .rangeWithoutGranule,
            .substreamNotValid, .reservedBits(word0: 1, word1: 0),
        ]
        #expect(Set(problems.map(\.description)).count == problems.count)
        #expect(problems.allSatisfy { !$0.description.isEmpty && !$0.description.contains("\n") })
    }
}

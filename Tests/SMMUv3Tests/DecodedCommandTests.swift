import TestSupport
import Testing

import SMMUv3

@Suite struct DecodedCommandTests {
    @Test(arguments: seeds) func everyWordSurvives(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for byte in UInt8.min...UInt8.max {
            for _ in 0..<20 {
                let command = Command(word0: random.word() & ~0xff | UInt64(byte), word1: random.word())
                #expect(Command(DecodedCommand(command)) == command)
            }
        }
    }

    @Test(arguments: Opcode.allCases) func fieldsDoNotOverlap(opcode: Opcode) {
        var used: [UInt64] = [0xff, 0]
        for layout in opcode.layout {
            #expect(used[layout.word] & layout.mask == 0, "\(layout.field)")
            used[layout.word] |= layout.mask
        }
        #expect(Set(opcode.layout.map(\.field)).count == opcode.layout.count)
    }

    @Test(arguments: Opcode.allCases) func eachFieldChangesItsOwnBitsOnly(opcode: Opcode) throws {
        for layout in opcode.layout {
            var decoded = DecodedCommand(opcode)
            try decoded.set(layout.field, to: layout.valueMask)
            let command = Command(decoded)
            let words = [command.word0 & ~0xff, command.word1]
            #expect(words[layout.word] == layout.mask)
            #expect(words[1 - layout.word] == 0)
            #expect(command.opcode == opcode)
            #expect(DecodedCommand(command)[layout.field] == layout.valueMask)
            #expect(decoded.residue == Command(word0: 0, word1: 0))
        }
    }

    @Test(arguments: seeds) func accessorsReadTheFieldsOfTheLayout(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for opcode in Opcode.allCases {
            let command = random.command(opcode)
            let decoded = DecodedCommand(command)
            for field in decoded.fields {
                let read: UInt64
                switch field.field {
                case .ssec: read = command.ssec ? 1 : 0
                case .ssv: read = command.ssv ? 1 : 0
                case .sid: read = UInt64(command.streamID)
                case .ssid: read = UInt64(command.substreamID)
                case .leaf: read = command.leaf ? 1 : 0
                case .range: read = UInt64(command.configurationRange)
                case .num: read = UInt64(command.num)
                case .scale: read = UInt64(command.scale)
                case .vmid: read = UInt64(command.vmid)
                case .asid: read = UInt64(command.asid)
                case .ttl: read = UInt64(command.ttl)
                case .tg: read = UInt64(command.tg)
                case .va, .addr: read = command.address
                case .ipa: read = command.ipa
                case .global: read = command.global ? 1 : 0
                case .cs: read = UInt64(command.cs)
                case .msidata: read = UInt64(command.msiData)
                case .msiaddr: read = command.msiAddress
                case .size where opcode == .atcInvalidate: read = UInt64(command.atcSize)
                case .size, .stride, .grpid, .resp, .stag, .msh, .msiattr: continue  // no accessor
                }
                #expect(read == field.value, "\(opcode.name) \(field.field)")
            }
        }
    }

    /// Positions of the fields that no accessor or recorded word checks, from the architecture's figures.
    @Test func fieldsWithoutAnAccessor() throws {
        func words(_ opcode: Opcode, _ values: [CommandField: UInt64]) throws -> Command {
            var decoded = DecodedCommand(opcode)
            for (field, value) in values { try decoded.set(field, to: value) }
            return Command(decoded)
        }
        #expect(
            try words(.prefetchAddress, [.sid: 2, .ssid: 3, .ssv: 1, .size: 5, .stride: 6, .addr: 0x7000])
                == Command(word0: 0x2_0000_3802, word1: 0x70c5))
        #expect(
            try words(.priResponse, [.sid: 1, .grpid: 0x1ff, .resp: 2]) == Command(word0: 0x1_0000_0041, word1: 0x21ff))
        #expect(try words(.resume, [.sid: 1, .stag: 0xffff, .resp: 1]) == Command(word0: 0x1_0000_1044, word1: 0xffff))
        #expect(
            try words(.sync, [.cs: 1, .msh: 3, .msiattr: 0xf, .msidata: 7, .msiaddr: 0x8000_0010])
                == Command(word0: 0x7_0fc0_1046, word1: 0x8000_0010))
        #expect(try words(.cfgiAll, [.sid: 8, .range: 4]) == Command(word0: 0x8_0000_0004, word1: 4))
        #expect(try words(.stallTerminate, [.sid: 9, .ssec: 1]) == Command(word0: 0x9_0000_0445, word1: 0))
    }

    /// The bits of each field as the architecture's figures show them: highest and lowest bit.
    @Test(arguments: Opcode.allCases) func widths(opcode: Opcode) {
        for layout in opcode.layout {
            let expected: (word: Int, high: UInt64, low: UInt64) =
                switch layout.field {
                case .ssec: (0, 10, 10)
                case .ssv: (0, 11, 11)
                case .sid: (0, 63, 32)
                case .ssid: (0, 31, 12)
                case .leaf: (1, 0, 0)
                case .range: (1, 4, 0)
                case .num: (0, 16, 12)
                case .scale: (0, 24, 20)
                case .vmid: (0, 47, 32)
                case .asid: (0, 63, 48)
                case .ttl: (1, 9, 8)
                case .tg: (1, 11, 10)
                case .va, .addr: (1, 63, 12)
                case .ipa: (1, 51, 12)
                case .size: (1, opcode == .atcInvalidate ? 5 : 4, 0)
                case .stride: (1, 9, 5)
                case .global: (0, 9, 9)
                case .grpid: (1, 8, 0)
                case .resp: (opcode == .resume ? 0 : 1, 13, 12)
                case .stag: (1, 15, 0)
                case .cs: (0, 13, 12)
                case .msh: (0, 23, 22)
                case .msiattr: (0, 27, 24)
                case .msidata: (0, 63, 32)
                case .msiaddr: (1, 51, 2)
                }
            #expect(layout.word == expected.word, "\(layout.field)")
            #expect(layout.shift == expected.low, "\(layout.field)")
            #expect(layout.shift + layout.width - 1 == expected.high, "\(layout.field)")
        }
    }

    @Test func scaleHasFiveBits() {
        let decoded = DecodedCommand(Command(word0: 0x03f0_0012, word1: 0))
        #expect(decoded[.scale] == 31)
        #expect(decoded.residue.word0 == 1 << 25)
    }

    @Test func refusals() throws {
        var decoded = DecodedCommand(.tlbiNHASID)
        #expect(throws: DecodedCommand.FieldError.noSuchField(.va, opcodeByte: 0x11)) { try decoded.set(.va, to: 0) }
        #expect(throws: DecodedCommand.FieldError.valueDoesNotFit(.asid, value: 0x10000, allowed: 0xffff)) {
            try decoded.set(.asid, to: 0x10000)
        }
        var sync = DecodedCommand(.sync)
        #expect(throws: DecodedCommand.FieldError.self) { try sync.set(.msiaddr, to: 2) }
        var unknown = DecodedCommand(Command(word0: 0x99, word1: 0))
        let failure = #expect(throws: DecodedCommand.FieldError.self) { try unknown.set(.sid, to: 0) }
        #expect(failure?.description == "opcode 0x99 has no field sid; it has none")
        #expect(decoded[.va] == nil)
    }

    @Test(arguments: [
        (CompletionSignal.none, Command(word0: 0x0fc0_0046, word1: 0)),
        (.irq, Command(word0: 0x0fc0_1046, word1: 0x8000_0010)),
        (.sev, Command(word0: 0x0fc0_2046, word1: 0)),
    ])
    func syncsOfTheDriver(signal: CompletionSignal, expected: Command) {
        let command = Command.sync(signal, msiAddress: 0x8000_0012)
        #expect(command == expected)
        #expect(command.completionSignal == signal)
        #expect(command.isSync)
    }
}

/// Encodes commands as the Linux driver (6.12) does: each command takes the arguments that it has and
/// ignores the rest, and every argument is masked to its field.
package enum LinuxEncoder {
    package struct Encoding: Hashable, Sendable {
        /// 0, or a negative errno.
        package let ret: Int
        /// With a negative `ret`, the words as far as they had been built.
        package let command: Command

        package init(ret: Int, command: Command) {
            self.ret = ret
            self.command = command
        }
    }

    /// For a PRI_RESP whose response is none of deny, fail, success.
    package static let invalidArgument = -22
    /// For an opcode that the driver does not build.
    package static let noEntry = -2

    package static func encode(_ entry: LinuxCommandEntry) -> Encoding {
        guard let opcode = Opcode(rawValue: entry.opcodeByte), let fields = arguments(of: opcode) else {
            return Encoding(ret: noEntry, command: Command(word0: UInt64(entry.opcodeByte), word1: 0))
        }
        var command = Command(word0: UInt64(entry.opcodeByte), word1: 0)
        if fields.contains(.substream) {
            command.word0 |= (entry.substreamValid ? 1 << 11 : 0)
        }
        if fields.contains(.substreamID) { command.word0 |= UInt64(entry.substreamID & 0xf_ffff) << 12 }
        if fields.contains(.stream) { command.word0 |= UInt64(entry.streamID) << 32 }
        if fields.contains(.leaf) { command.word1 |= entry.leaf ? 1 : 0 }
        if fields.contains(.vmid) { command.word0 |= UInt64(entry.vmid) << 32 }
        if fields.contains(.asid) { command.word0 |= UInt64(entry.asid) << 48 }
        if fields.contains(.range) {
            command.word0 |= UInt64(entry.num & 0x1f) << 12 | UInt64(entry.scale & 0x1f) << 20
            command.word1 |= UInt64(entry.ttl & 3) << 8 | UInt64(entry.tg & 3) << 10
        }
        if fields.contains(.address) { command.word1 |= entry.address & 0xffff_ffff_ffff_f000 }

        switch opcode {
        case .cfgiAll:
            command.word1 |= 31
        case .tlbiS2IPA:
            command.word1 |= entry.address & 0x000f_ffff_ffff_f000
        case .atcInvalidate:
            command.word0 |= entry.global ? 1 << 9 : 0
            command.word1 |= UInt64(entry.size & 0x3f)
        case .priResponse:
            command.word1 |= UInt64(entry.pageRequestGroup & 0x1ff)
            guard entry.response <= 2 else { return Encoding(ret: invalidArgument, command: command) }
            command.word1 |= UInt64(entry.response) << 12
        case .resume:
            command.word0 |= UInt64(entry.response & 3) << 12
            command.word1 |= UInt64(entry.stallTag)
        case .sync:
            // The address decides, before it is masked.
            command = .sync(entry.msiAddress == 0 ? .sev : .irq, msiAddress: entry.msiAddress)
        default: break
        }
        return Encoding(ret: 0, command: command)
    }

    /// The arguments that several commands share; the others are in `encode`.
    private struct Arguments: OptionSet {
        let rawValue: UInt8
        static let stream = Arguments(rawValue: 1)
        static let substream = Arguments(rawValue: 2)
        static let substreamID = Arguments(rawValue: 4)
        static let leaf = Arguments(rawValue: 8)
        static let vmid = Arguments(rawValue: 16)
        static let asid = Arguments(rawValue: 32)
        static let range = Arguments(rawValue: 64)
        static let address = Arguments(rawValue: 128)
    }

    /// `nil` for a command of the architecture that the driver does not build.
    private static func arguments(of opcode: Opcode) -> Arguments? {
        switch opcode {
        case .tlbiEL2All, .tlbiNSNHAll, .cfgiAll, .sync: []
        case .prefetchConfig, .cfgiCDAll, .resume: [.stream]
        case .cfgiSTE: [.stream, .leaf]
        case .cfgiCD: [.stream, .substreamID, .leaf]
        case .tlbiNHVA: [.vmid, .asid, .range, .leaf, .address]
        case .tlbiEL2VA: [.asid, .range, .leaf, .address]
        case .tlbiS2IPA: [.vmid, .range, .leaf]
        case .tlbiNHASID: [.vmid, .asid]
        case .tlbiS12VMAll: [.vmid]
        case .tlbiEL2ASID: [.asid]
        case .atcInvalidate: [.stream, .substream, .substreamID, .address]
        case .priResponse: [.stream, .substream, .substreamID]
        case .prefetchAddress, .tlbiNHAll, .tlbiNHVAA, .tlbiEL3All, .tlbiEL3VA, .tlbiEL2VAA, .stallTerminate: nil
        }
    }
}

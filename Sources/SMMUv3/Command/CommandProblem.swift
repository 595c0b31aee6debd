/// Something that is wrong with a command.
package enum CommandProblem: Hashable, Sendable {
    package enum Severity: Hashable, Sendable {
        /// The SMMU stops with CERROR_ILL.
        case illegal
        /// The SMMU executes it, but it may do something else than was meant.
        case suspicious
    }

    case unknownOpcode(UInt8)
    /// A command of the architecture that this queue does not accept.
    case unacceptedOpcode(Opcode)
    case reservedCompletionSignal
    case reservedRange
    case secureStreamOnNonSecureQueue
    case reservedPageResponse
    case reservedStallResponse
    case el3OnNonSecureQueue
    /// SIZE of an ATC_INV above 52.
    case sizeTooLarge(UInt8)
    /// `alignment` in bytes, a power of two.
    case misalignedAddress(UInt64, alignment: UInt64)
    /// NUM, SCALE, TTL or TG without SMMU_IDR3.RIL.
    case rangeWithoutFeature
    /// NUM, SCALE or TTL with TG = 0.
    case rangeWithoutGranule
    /// A substream ID with SSV = 0.
    case substreamNotValid
    /// Bits set that belong to no field.
    case reservedBits(word0: UInt64, word1: UInt64)

    package var severity: Severity {
        switch self {
        case .unknownOpcode, .unacceptedOpcode, .reservedCompletionSignal, .reservedRange,
            .secureStreamOnNonSecureQueue, .reservedPageResponse:
            .illegal
        default: .suspicious
        }
    }
}

extension CommandProblem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknownOpcode(let opcode): "opcode \(hexadecimal(opcode)) names no command"
        case .unacceptedOpcode(let opcode): "this queue does not accept \(opcode.name)"
        case .reservedCompletionSignal: "CS=3 is reserved"
        case .reservedRange: "TG names a granule while NUM, SCALE and TTL are 0, which is reserved"
        case .secureStreamOnNonSecureQueue: "SSEC=1 on a Non-secure queue"
        case .reservedPageResponse: "RESP=3 is reserved"
        case .reservedStallResponse: "RESP=3 asks both to retry and to abort"
        case .el3OnNonSecureQueue: "an EL3 command on a Non-secure queue"
        case .sizeTooLarge(let size): "SIZE=\(size) is above 52"
        case .misalignedAddress(let address, let alignment):
            "address \(hexadecimal(address)) is not a multiple of \(hexadecimal(alignment))"
        case .rangeWithoutFeature: "NUM, SCALE, TTL and TG are ignored without range invalidation"
        case .rangeWithoutGranule: "NUM, SCALE and TTL are ignored while TG=0"
        case .substreamNotValid: "SSID is ignored while SSV=0"
        case .reservedBits(let word0, let word1):
            "bits outside all fields: \(hexadecimal(word0)) in word 0, \(hexadecimal(word1)) in word 1"
        }
    }
}

extension Command {
    /// Everything that is wrong with the command on such a queue; `isIllegal(under:)` says whether any
    /// of it has the severity `.illegal`, without the cost.
    package func problems(under rules: CommandRules = CommandRules()) -> [CommandProblem] {
        guard let opcode else { return [.unknownOpcode(opcodeByte)] }
        var found: [CommandProblem] = []
        if !rules.opcodes.contains(opcode) { found.append(.unacceptedOpcode(opcode)) }
        let residue = DecodedCommand(self).residue
        if residue != Command(word0: 0, word1: 0) {
            found.append(.reservedBits(word0: residue.word0, word1: residue.word1))
        }
        if !rules.isSecure {
            if ssec, opcode.layout(of: .ssec) != nil { found.append(.secureStreamOnNonSecureQueue) }
            if OpcodeSet.el3.contains(opcode) { found.append(.el3OnNonSecureQueue) }
        }
        if opcode.layout(of: .ssv) != nil, !ssv, substreamID != 0 { found.append(.substreamNotValid) }
        if opcode.layout(of: .tg) != nil { found += rangeProblems(under: rules) }
        switch opcode {
        case .sync where cs == 3: found.append(.reservedCompletionSignal)
        case .priResponse where bits1(12, 2) == 3: found.append(.reservedPageResponse)
        case .resume where bits0(12, 2) == 3: found.append(.reservedStallResponse)
        case .atcInvalidate where atcSize > 52: found.append(.sizeTooLarge(atcSize))
        case .atcInvalidate where atcSize < 52:
            found += misalignment(address, log2: 12 + UInt64(atcSize))
        default: break
        }
        return found
    }

    private func rangeProblems(under rules: CommandRules) -> [CommandProblem] {
        let hasRange = num != 0 || scale != 0 || ttl != 0
        guard rules.rangeInvalidation else { return hasRange || tg != 0 ? [.rangeWithoutFeature] : [] }
        guard let granule = TranslationGranule(tg: tg) else { return hasRange ? [.rangeWithoutGranule] : [] }
        if !hasRange { return [.reservedRange] }
        let span = ttl == 0 ? granule.log2Bytes : granule.log2Block(level: ttl)
        return misalignment(opcodeByte == Opcode.tlbiS2IPA.rawValue ? ipa : address, log2: span)
    }

    /// `log2` is the base-2 logarithm of the alignment in bytes.
    private func misalignment(_ address: UInt64, log2: UInt64) -> [CommandProblem] {
        let alignment: UInt64 = log2 < 64 ? 1 << log2 : 1 << 63
        return address & (alignment - 1) == 0 ? [] : [.misalignedAddress(address, alignment: alignment)]
    }
}

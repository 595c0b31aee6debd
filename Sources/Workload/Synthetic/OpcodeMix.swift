import SMMUv3

/// Weights of the commands of a random mix; weights are relative, 0 leaves a command out.
package struct OpcodeMix: Hashable, Codable, Sendable {
    /// Command names as `Opcode` spells them, each with its weight.
    package var weights: [String: Int] = ["TLBI_NH_VA": 90, "TLBI_NH_ASID": 5, "ATC_INV": 4, "CFGI_STE": 1]

    package init() {}

    package init(weights: [String: Int]) { self.weights = weights }

    /// What a mix may name: every command of a Non-secure queue but CMD_SYNC, which an operation's end decides.
    package static let allowedNames: [String] = allowed.map(\.name)

    private static let allowed = Opcode.allCases.filter { $0 != .sync && !OpcodeSet.el3.contains($0) }

    package func validate() throws(WorkloadError) { _ = try drawing() }

    /// The mix made ready to draw from.
    func drawing() throws(WorkloadError) -> Drawing {
        var entries: [Drawing.Entry] = []
        var total = 0
        // Sorted, so that equal mixes draw equally.
        for name in weights.keys.sorted() {
            let weight = weights[name] ?? 0
            guard let opcode = Opcode(name: name), Self.allowed.contains(opcode) else {
                throw .unknownCommand(name: name, allowed: Self.allowedNames)
            }
            guard weight >= 0 else { throw .negativeWeight(name: name, weight: weight) }
            let (sum, overflow) = total.addingReportingOverflow(weight)
            guard !overflow else { throw .weightsTooLarge }
            total = sum
            if weight > 0 { entries.append(.init(opcode: opcode, end: total)) }
        }
        guard total > 0 else { throw .noWeight }
        return Drawing(entries: entries, total: total)
    }

    /// Cumulative weights.
    struct Drawing: Sendable {
        struct Entry: Sendable {
            var opcode: Opcode
            /// The sum of the weights up to and including this one.
            var end: Int
        }

        var entries: [Entry]
        var total: Int

        func draw(using random: inout SplitMix64) -> Opcode {
            let point = Int.random(in: 0..<total, using: &random)
            var low = 0
            var high = entries.count - 1
            while low < high {
                let middle = (low + high) / 2
                if point < entries[middle].end { high = middle } else { low = middle + 1 }
            }
            return entries[low].opcode
        }

        /// What one producer of the mix issues; a batch of nil is 1.
        func stream(producer: Int, batch: Int?, commands: Int?, cycle: Int, seed: UInt64) -> ProducerStream {
            let wanted = min(max(cycle, batch ?? 1), commands ?? .max)
            guard wanted > 0 else { return .empty }
            var random = SplitMix64(seed: seed, stream: producer)
            let flow = (0..<wanted).map { _ in Command.random(draw(using: &random), using: &random) }
            return ProducerStream(commands: flow, batch: batch ?? 1, total: commands)
        }
    }
}

import SMMUv3

/// Where commands go that a producer with a VCMDQ inserts.
package enum Route: UInt8, Sendable {
    case vcmdq
    /// The SMMU's own queue, for what the VCMDQ does not take.
    case main
}

/// Splits a batch between a VCMDQ and the main queue. Source: cmdqv-and-interfaces 0.1, 1.2 and A5, A6.
package struct BatchRouting: Sendable {
    /// What the VCMDQ takes beside CMD_SYNC; nil for one that the hypervisor itself owns, which takes everything.
    package let supported: OpcodeSet?
    package let rule: BatchRule

    package init(supported: OpcodeSet?, rule: BatchRule) {
        self.supported = supported
        self.rule = rule
    }

    package struct Part: Equatable, Sendable {
        /// Positions in the batch.
        package var range: Range<Int>
        package var sync: Bool
        package var route: Route
    }

    /// The insertions of one batch, in order.
    ///
    /// A CMD_SYNC covers its own queue only, so the batch is flushed with one wherever the route changes.
    /// A lone CMD_SYNC goes to the main queue, as in the driver: it is not on the VCMDQ's list.
    package func parts(of commands: Span<Command>, sync: Bool) -> [Part] {
        guard !commands.isEmpty else { return [Part(range: 0..<0, sync: sync, route: supported == nil ? .vcmdq : .main)] }
        var parts: [Part] = []
        var runStart = 0
        var runRoute = route(of: commands[0])
        func flush(upTo end: Int, sync: Bool) {
            var start = runStart
            for insertion in rule.insertions(count: end - runStart, sync: sync) {
                parts.append(Part(range: start..<(start + insertion.count), sync: insertion.sync, route: runRoute))
                start += insertion.count
            }
        }
        // With one route there is nothing to look at.
        if supported != nil {
            for position in commands.indices {
                let route = route(of: commands[position])
                guard route != runRoute else { continue }
                flush(upTo: position, sync: true)
                (runStart, runRoute) = (position, route)
            }
        }
        flush(upTo: commands.count, sync: sync)
        return parts
    }

    private func route(of command: Command) -> Route {
        guard let supported else { return .vcmdq }
        return supported.contains(command.opcodeByte) ? .vcmdq : .main
    }
}

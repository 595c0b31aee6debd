import Machine

// Nobody can go on, and somebody is in a wait that a timeout ends. Then so much time passes that everybody has seen what was written,
// and the wait is given up. What happens after that comes after everything before.
extension ExplorerCore {
    /// Agents whose waits may be given up now, those apart that have given up too often.
    var patient: UInt32 {
        var all: UInt32 = 0
        for agent in 0..<agentCount where !agents[agent].isEnded && agents[agent].isPatient {
            // Of waits that are begun again when they have been given up.
            let isAgain = agents[agent].patientSite == Site.awaitSpace.rawValue && graph.timeouts(of: agent, at: [.awaitSpace]) >= maxTimeouts
            if !isAgain { all |= 1 << UInt32(agent) }
        }
        return all
    }

    /// Keeps the graph in which the agent gives its wait up.
    mutating func keepTimeout(of agent: Int) {
        guard let wait = timedOutWait(of: agent) else { return }
        scratch.clear()
        // Waits that have read what does not end them look again.
        for number in 0..<graph.count {
            renumbered[number] = graph.events[number].flags.contains(.unmet) ? -1 : Int16(scratch.count)
            guard renumbered[number] >= 0 else { continue }
            var event = graph.events[number]
            event.position = -1
            scratch.append(event)
        }
        for number in 0..<graph.count where renumbered[number] >= 0 && graph.events[number].isRead && graph.events[number].source >= 0 {
            scratch.events[Int(renumbered[number])].source = renumbered[Int(graph.events[number].source)]
        }
        for location in 0..<addresses.count {
            for position in 0..<graph.writeCount(location) {
                scratch.place(Int(renumbered[graph.write(location, at: position)]), at: position)
            }
        }
        var event = wait
        let newest = scratch.writeCount(Int(event.location)) - 1
        event.source = newest < 0 ? -1 : Int16(scratch.write(Int(event.location), at: newest))
        event.value = scratch.value(Int(event.location), at: newest)
        event.flags = [.wait, .timedOut]
        guard scratch.hasRoom(agent: agent, location: Int(event.location)) else {
            stop = .tooLarge
            return
        }
        scratch.append(event)
        scratch.frozen = scratch.count
        snapshots.push(scratch, hot: isRandom ? -1 : agent)
    }

    /// The read that the agent's wait stands at, or would make.
    private func timedOutWait(of agent: Int) -> Event? {
        if agents[agent].isStuck { return graph.events[graph.number(agent: agent, index: graph.length(of: agent) - 1)] }
        guard agents[agent].waitsFor >= 0 else { return nil }
        let order = agents[agent].order
        return Event(
            agent: UInt8(agent), site: agents[agent].patientSite, flags: .wait, index: Int16(order.length),
            location: agents[agent].waitsFor, fences: order.fences, before: order.before(.wait, dependingOn: LocalSet()))
    }
}

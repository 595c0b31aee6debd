/// The bare event queue of the engine under the hold model: the earliest event goes, one at a later time comes.
///
/// Not part of any simulation: what the speed of simulations is compared to.
package struct EventHold {
    private var events = EventQueue()
    private var draws: Agent

    /// Picoseconds that an event is ahead at the most, drawn evenly.
    private static let spread: UInt64 = 1 << 20

    /// `pending` events are pending from now on, 1 or more.
    package init(pending: Int, seed: UInt64) {
        draws = Agent()
        draws.random = seed | 1
        for target in 0..<pending { events.add(target: target, at: draws.draw(below: Self.spread)) }
    }

    package func deallocate() { events.deallocate() }

    /// Removes and adds `count` events; returns the last one's time, which depends on all of them.
    package mutating func hold(_ count: Int) -> UInt64 {
        var time: UInt64 = 0
        for _ in 0..<count {
            let event = events.next
            events.removeNext()
            time = event.time
            events.add(target: event.target, at: time &+ draws.draw(below: Self.spread))
        }
        return time
    }
}

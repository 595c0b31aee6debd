/// Timers of waits, most of which are never needed: far ahead of everything else, and as many as there are agents.
///
/// They wait here, so that the queue of events stays short. One that is not after any of them is always in that queue, and when one
/// from there has come, the next from here takes its place.
struct TimerQueue {
    private var later = EventQueue()
    /// No timer here is before it, and one at this time is among the events; the largest there is where none need be.
    private var next: UInt64 = .max

    func deallocate() { later.deallocate() }

    mutating func add(_ event: Event, to events: inout EventQueue) {
        if event.time < next {
            events.add(event)
            next = event.time
        } else {
            later.add(event)
        }
    }

    /// One from among the events has come.
    mutating func refill(_ events: inout EventQueue) {
        next = later.nextTime
        guard later.count > 0 else { return }
        events.add(later.next)
        later.removeNext()
    }
}

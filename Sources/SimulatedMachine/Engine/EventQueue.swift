import Machine

/// Something that happens at a time: an agent goes on, or a message arrives.
struct Event {
    /// Picoseconds.
    var time: UInt64
    /// Events of one time happen in the order in which they were made: the sequence number, above 24 bits that name the target.
    var order: UInt64

    static let targetBits: UInt64 = 24

    var target: Int { Int(order & (1 << Self.targetBits - 1)) }

    static func < (one: Event, other: Event) -> Bool {
        one.time < other.time || (one.time == other.time && one.order < other.order)
    }
}

/// Events by time: a heap of four children to a node, in memory that grows by doubling and is never given back in between.
struct EventQueue {
    private var events = FixedBuffer(count: 1024, repeating: Event(time: 0, order: 0))
    private(set) var count = 0
    private var sequence: UInt64 = 0

    func deallocate() { events.deallocate() }

    /// Of the next event; the largest there is where none is pending.
    var nextTime: UInt64 { count == 0 ? .max : events[0].time }

    mutating func add(target: Int, at time: UInt64) {
        if count == events.count { grow() }
        sequence &+= 1
        let event = Event(time: time, order: sequence << Event.targetBits | UInt64(truncatingIfNeeded: target))
        var position = count
        count &+= 1
        while position > 0 {
            let parent = (position &- 1) >> 2
            guard event < events[parent] else { break }
            events[position] = events[parent]
            position = parent
        }
        events[position] = event
    }

    /// The next event; there must be one.
    mutating func removeNext() -> Event {
        let next = events[0]
        count &-= 1
        let last = events[count]
        var position = 0
        while true {
            let first = position &* 4 &+ 1
            guard first < count else { break }
            var least = first
            let end = min(first &+ 4, count)
            var child = first &+ 1
            while child < end {
                if events[child] < events[least] { least = child }
                child &+= 1
            }
            guard events[least] < last else { break }
            events[position] = events[least]
            position = least
        }
        events[position] = last
        return next
    }

    private mutating func grow() {
        let larger = FixedBuffer(count: events.count * 2, repeating: Event(time: 0, order: 0))
        for index in 0..<count { larger[index] = events[index] }
        events.deallocate()
        events = larger
    }
}

@testable import SimulatedMachine
import TestSupport
import Testing

@Suite struct EventQueueTests {
    /// Few different times, so that many events have the same.
    @Test("Events come out by time, those of one time in the order in which they were added", arguments: seeds)
    func order(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var queue = EventQueue()
        defer { queue.deallocate() }
        var pending: [(time: UInt64, number: Int)] = []
        var added = 0
        for step in 0..<6000 {
            // More and more, past the first memory, then fewer.
            if pending.isEmpty || UInt64.random(in: 0..<100, using: &generator) < (step < 4000 ? 70 : 35) {
                let time = UInt64.random(in: 0..<40, using: &generator)
                queue.add(target: added, at: time)
                pending.append((time, added))
                added += 1
            } else {
                let least = pending.indices.min { (pending[$0].time, pending[$0].number) < (pending[$1].time, pending[$1].number) }!
                let expected = pending.remove(at: least)
                #expect(queue.nextTime == expected.time)
                let event = queue.next
                queue.removeNext()
                guard event.time == expected.time, event.target == expected.number else {
                    Issue.record("step \(step): event \(event.target) of \(event.time) in place of \(expected)")
                    return
                }
            }
            #expect(queue.count == pending.count)
        }
        #expect(added > 1024)
    }

    /// As for a line for which many wait: the first one's event is kept apart, and the next one's takes its place.
    @Test("Where one event is kept apart, events come out in the same order", arguments: seeds)
    func apart(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var (queue, all) = (EventQueue(), EventQueue())
        defer {
            queue.deallocate()
            all.deallocate()
        }
        var (added, apart) = (0, 0)
        for step in 0..<6000 {
            let choice = UInt64.random(in: 0..<100, using: &generator)
            // Not before the next, as whoever adds one knows.
            let time = (all.count == 0 ? 0 : all.nextTime) + UInt64.random(in: 0..<30, using: &generator)
            let (event, same) = (queue.makeEvent(target: added, at: time), all.makeEvent(target: added, at: time))
            if all.count == 0 || choice < (step < 4000 ? 40 : 10) {
                added += 1
                if choice % 2 == 0 { queue.addApart(event) } else { queue.add(event) }
                all.add(same)
            } else {
                #expect(queue.nextTime == all.nextTime)
                guard queue.next.target == all.next.target else {
                    Issue.record("step \(step): event \(queue.next.target) in place of \(all.next.target)")
                    return
                }
                all.removeNext()
                if queue.isNextApart {
                    apart += 1
                    if choice % 2 == 0 {
                        added += 1
                        queue.replaceApart(with: event)
                        all.add(same)
                    } else {
                        queue.replaceApart(with: .never)
                    }
                } else if choice % 2 == 0 {
                    added += 1
                    queue.replaceNextOfHeap(with: event)
                    all.add(same)
                } else {
                    queue.removeNextOfHeap()
                }
            }
            #expect(queue.count == all.count)
            #expect(queue.isEmpty == (all.count == 0))
        }
        #expect(apart > 100)
    }

    @Test func empty() {
        var queue = EventQueue()
        defer { queue.deallocate() }
        #expect(queue.nextTime == .max)
        queue.add(target: (1 << 24) - 1, at: .max - 1)
        #expect(queue.next.target == (1 << 24) - 1)
        queue.removeNext()
        #expect(queue.count == 0)
        #expect(queue.nextTime == .max)
    }

    /// As a simulation does: events come and go, every timer that has come lets the next one in.
    @Test("Timers that wait apart come in the order in which they would have come among all events", arguments: seeds)
    func timers(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var (queue, all, timers) = (EventQueue(), EventQueue(), TimerQueue())
        defer {
            queue.deallocate()
            all.deallocate()
            timers.deallocate()
        }
        let firstTimer = 1 << 20
        var (added, longest) = (0, 0)
        for step in 0..<6000 {
            if all.count == 0 || step < 5000 && UInt64.random(in: 0..<100, using: &generator) < 55 {
                let isTimer = Bool.random(using: &generator)
                let time = (all.count == 0 ? 0 : all.nextTime) + UInt64.random(in: 0..<(isTimer ? 4000 : 40), using: &generator)
                let target = added + (isTimer ? firstTimer : 0)
                added += 1
                all.add(target: target, at: time)
                // The same sequence numbers in both queues.
                let event = queue.makeEvent(target: target, at: time)
                if isTimer { timers.add(event, to: &queue) } else { queue.add(event) }
            } else {
                let (event, expected) = (queue.next, all.next)
                queue.removeNext()
                all.removeNext()
                if event.target >= firstTimer { timers.refill(&queue) }
                guard event.time == expected.time, event.target == expected.target else {
                    Issue.record("step \(step): event \(event.target) of \(event.time) in place of \(expected.target) of \(expected.time)")
                    return
                }
            }
            longest = max(longest, all.count - queue.count)
        }
        // They do wait apart.
        #expect(longest > 100)
    }

    @Test("Messages under way keep what they are, and no two have one place", arguments: seeds)
    func messages(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var pool = MessagePool()
        defer { pool.deallocate() }
        var underWay: [Int: UInt64] = [:]
        var largest = 0
        for step in 0..<6000 {
            if underWay.isEmpty || UInt64.random(in: 0..<100, using: &generator) < (step < 4000 ? 75 : 40) {
                let value = generator.next()
                let place = pool.add(Message(kind: .store64, agent: 3, place: Int(value >> 40), value: value))
                #expect(underWay.updateValue(value, forKey: place) == nil, "place \(place) was taken")
            } else {
                let place = underWay.keys.min()!
                let message = pool.take(place)
                let value = underWay.removeValue(forKey: place)!
                #expect(message.value == value && message.place == Int(value >> 40) && message.kind == .store64)
            }
            largest = max(largest, underWay.count)
        }
        // Places are used again: there are never more than have been needed at once.
        let next = (0...largest).map { _ in pool.add(Message(kind: .event, place: 0)) }
        #expect(largest > 1024)
        #expect(next.max()! <= largest + underWay.count)
    }
}

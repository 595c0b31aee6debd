import CommandQueue
import SMMUv3
import TestSupport
import Testing

@Suite("Which queue a command goes to")
struct BatchRoutingTests {
    let guest = BatchRouting(supported: .tegra241Guest, rule: .standard)
    let accepted = Command(word0: UInt64(Opcode.tlbiNHVA.rawValue), word1: 0)
    let other = Command(word0: UInt64(Opcode.cfgiSTE.rawValue), word1: 0)

    /// A part as a test writes it down.
    struct Part: Equatable {
        var range: Range<Int>
        var sync: Bool
        var route: Route
    }

    func parts(of commands: [Command], sync: Bool, by routing: BatchRouting? = nil) -> [Part] {
        (routing ?? guest).parts(of: commands.span, sync: sync).map { Part(range: $0.range, sync: $0.sync, route: $0.route) }
    }

    @Test("a batch of accepted commands is one insertion", arguments: [true, false])
    func uniform(sync: Bool) {
        #expect(parts(of: [accepted, accepted], sync: sync) == [Part(range: 0..<2, sync: sync, route: .vcmdq)])
        #expect(parts(of: [other], sync: sync) == [Part(range: 0..<1, sync: sync, route: .main)])
    }

    @Test("where the route changes, what has gathered is flushed with a CMD_SYNC")
    func mixed() {
        #expect(parts(of: [accepted, accepted, other, accepted], sync: false) == [
            Part(range: 0..<2, sync: true, route: .vcmdq), Part(range: 2..<3, sync: true, route: .main),
            Part(range: 3..<4, sync: false, route: .vcmdq),
        ])
    }

    @Test("a lone CMD_SYNC is not on the guest's list and goes to the main queue")
    func lone() {
        #expect(parts(of: [], sync: true) == [Part(range: 0..<0, sync: true, route: .main)])
    }

    @Test("a VCMDQ of the hypervisor takes everything")
    func hostOwned() {
        let host = BatchRouting(supported: nil, rule: .standard)
        #expect(parts(of: [accepted, other, accepted], sync: true, by: host) == [Part(range: 0..<3, sync: true, route: .vcmdq)])
        #expect(parts(of: [], sync: true, by: host) == [Part(range: 0..<0, sync: true, route: .vcmdq)])
    }

    @Test("random batches: every command once, in order, on its route, no insertion too large", arguments: seeds)
    func properties(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for rule in [BatchRule.standard, .forceSync] {
            let routing = BatchRouting(supported: .tegra241Guest, rule: rule)
            for _ in 0..<100 {
                // Long runs now and then, so that the rule splits them.
                var batch: [Command] = []
                for _ in 0..<Int.random(in: 1...6, using: &random) {
                    let command = Bool.random(using: &random) ? accepted : other
                    batch += Array(repeating: command, count: Int.random(in: 1...150, using: &random))
                }
                let parts = routing.parts(of: batch.span, sync: true)
                #expect(parts.flatMap { Array($0.range) } == Array(batch.indices))
                for (part, next) in zip(parts, parts.dropFirst()) {
                    #expect(part.route == next.route || part.sync, "a change of route without a CMD_SYNC")
                    #expect(part.route != next.route || part.sync == rule.syncsFullBatch)
                }
                #expect(parts.last?.sync == true)
                for part in parts {
                    #expect((1...rule.capacity).contains(part.range.count))
                    #expect(part.range.allSatisfy { batch[$0] == (part.route == .vcmdq ? accepted : other) })
                }
            }
        }
    }
}

@Suite("Producers and their VINTFs")
struct VINTFAssignmentTests {
    @Test("blocks are contiguous, even, larger ones first; CPU numbers count from 0 in each", arguments: 1...9, 1...9)
    func blocks(producers: Int, vintfs: Int) {
        let assignment = VINTFAssignment(producers: producers, vintfs: vintfs)
        let places = (0..<producers).map(assignment.place(of:))
        var sizes = [Int](repeating: 0, count: vintfs)
        var last = 0
        for place in places {
            #expect(place.vintf >= last && place.vintf < vintfs)
            #expect(place.cpu == sizes[place.vintf])
            last = place.vintf
            sizes[place.vintf] += 1
        }
        #expect(sizes == sizes.sorted(by: >))
        #expect(sizes.max()! - sizes.min()! <= 1)
    }

    @Test("the queue is the CPU modulo the VINTF's queues")
    func queues() {
        let assignment = VINTFAssignment(producers: 7, vintfs: 2)
        #expect((0..<7).map { assignment.queue(of: $0, queuesPerVINTF: 2) } == [0, 1, 0, 1, 2, 3, 2])
        #expect((0..<7).map { assignment.queue(of: $0, queuesPerVINTF: 1) } == [0, 0, 0, 0, 1, 1, 1])
        #expect((0..<7).map { assignment.queue(of: $0, queuesPerVINTF: 8) } == [0, 1, 2, 3, 8, 9, 10])
    }
}

@testable import Experiment
import Testing

@Suite struct WatchdogTests {
    private static let second: UInt64 = 1_000_000_000

    private func look(_ role: AgentRole, _ phase: AgentPhase, progress: UInt64) -> AgentLook {
        AgentLook(role: role, state: AgentState(word: progress << 16 | UInt64(phase.rawValue)))
    }

    private func watchdog() -> Watchdog { Watchdog(patience: 5 * Self.second, now: 100, processorTime: 7) }

    @Test func whoAdvancesIsNeverStuck() {
        var dog = watchdog()
        for tick in 0..<UInt64(1000) {
            let looks = [look(.device(0), .executing, progress: 0), look(.producer(0), .awaitingSpace, progress: tick)]
            #expect(dog.look(looks, now: 100 + tick * Self.second, processorTime: tick * Self.second) != .stuck)
        }
    }

    /// Going round in a loop is no progress.
    @Test func phasesThatChangeAreNotEnough() {
        var dog = watchdog()
        var verdicts: [Watchdog.Verdict] = []
        for tick in 0...UInt64(6) {
            let looks = [look(.producer(0), tick % 2 == 0 ? .awaitingSpace : .allocating, progress: 3)]
            verdicts.append(dog.look(looks, now: 100 + tick * Self.second, processorTime: 7 + tick * Self.second))
        }
        // The first look finds progress made before it.
        #expect(verdicts == [.goesOn, .goesOn, .goesOn, .goesOn, .goesOn, .stuck, .stuck])
        #expect(dog.sinceWhen == [100 + 6 * Self.second])
    }

    /// A host that gives no processor says nothing about the queue.
    @Test func withoutProcessorTimeNobodyIsStuck() {
        var dog = watchdog()
        let looks = [look(.producer(0), .awaitingValid, progress: 3)]
        #expect(dog.look(looks, now: 100, processorTime: 7) == .goesOn)
        #expect(dog.look(looks, now: 100 + 60 * Self.second, processorTime: 7 + Self.second / 10) == .goesOn)
        #expect(dog.look(looks, now: 100 + 61 * Self.second, processorTime: 7 + Self.second) == .stuck)
        let silence = dog.silence(now: 100 + 61 * Self.second, processorTime: 7 + Self.second)
        #expect(silence.nanoseconds == 61 * Self.second && silence.processorTime == Self.second)
    }

    @Test func whoWaitsWhileOthersAdvanceIsSlow() {
        var dog = watchdog()
        for tick in 0...UInt64(7) {
            let looks = [
                look(.device(0), .lookingForWork, progress: 0), look(.producer(0), .awaitingSpace, progress: 1),
                look(.producer(1), .writing, progress: tick), look(.producer(2), .ended, progress: 9),
            ]
            let verdict = dog.look(looks, now: 100 + tick * Self.second, processorTime: 7)
            #expect(verdict == (tick < 5 ? .goesOn : .slow([.producer(0)])), "\(tick)")
        }
    }
}

@Suite struct GrowthWatchTests {
    private func watch() -> GrowthWatch { GrowthWatch(bounds: .init(window: 5, ignored: 3, residentBytes: 1000, threads: 2)) }

    @Test func whatComesAndGoesIsNoGrowth() {
        var watch = watch()
        for number in 0..<200 {
            let size = ProcessStatus.Size(residentBytes: 10_000 + number * 7919 % 50_000, threads: 3 + number % 7)
            #expect(watch.add(number % 4 == 0 ? ProcessStatus.Size(residentBytes: 10_000, threads: 3) : size) == nil)
        }
        #expect(watch.growth == ProcessStatus.Size(residentBytes: 0, threads: 0))
        #expect(watch.largest.residentBytes > 50_000 && watch.largest.threads == 9)
    }

    @Test func aLeakOfMemoryIsSeen() throws {
        var watch = watch()
        let found = (0..<200).lazy.compactMap { watch.add(.init(residentBytes: 10_000 + $0 * 100 + ($0 % 3) * 5000, threads: 3)) }.first
        #expect(try #require(found).contains("resident memory has grown"))
    }

    @Test func aLeakOfThreadsIsSeen() throws {
        var watch = watch()
        let found = (0..<200).lazy.compactMap { watch.add(.init(residentBytes: 10_000, threads: 3 + $0 / 10)) }.first
        #expect(try #require(found).contains("threads have grown by 3"))
    }

    /// What the first scenarios bring in stays, and is no leak.
    @Test func theFirstScenariosAreIgnored() {
        var watch = watch()
        for number in 0..<100 { #expect(watch.add(.init(residentBytes: min(number, 3) * 1_000_000, threads: 1)) == nil) }
    }

    @Test func theProcessHasASize() throws {
        let size = try #require(ProcessStatus.size)
        #expect(size.residentBytes > 1 << 20 && size.threads >= 1)
    }
}

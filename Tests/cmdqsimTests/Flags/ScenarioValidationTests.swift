@testable import cmdqsim
import Experiment
import TestSupport
import Testing
import Workload

@Suite struct ScenarioValidationTests {
    private func message(_ change: (inout Scenario) -> Void) -> String? {
        var scenario = Scenario()
        change(&scenario)
        do throws(ScenarioError) {
            try scenario.validateFields()
            return nil
        } catch {
            return error.kind == .usage ? error.message : "wrong kind"
        }
    }

    @Test func everyRangeHasTwoEnds() {
        func check(_ field: WritableKeyPath<Scenario, Int>, _ range: ClosedRange<Int>, _ name: String) {
            for value in [range.lowerBound, range.upperBound] {
                #expect(message { $0[keyPath: field] = value } == nil, "\(name) \(value)")
            }
            for value in [range.lowerBound - 1, range.upperBound + 1, Int.min, Int.max] {
                let text = message { $0[keyPath: field] = value }
                #expect(text == "\(name) \(value) is out of range; allowed is \(range.lowerBound) to \(range.upperBound)")
            }
        }
        check(\.producers, 1...1024, "producers")
        check(\.repeats, 1...1000, "repeats")
        check(\.warmups, 0...1000, "warmups")
        check(\.timeoutMilliseconds, 1...3_600_000, "timeoutMilliseconds")
        check(\.latencySampling, 0...1_000_000_000, "latencySampling")
        check(\.device.threads, 1...64, "device.threads")
        check(\.device.tlbiNanoseconds, 0...1_000_000_000, "device.tlbiNanoseconds")
        check(\.device.syncNanoseconds, 0...1_000_000_000, "device.syncNanoseconds")
        check(\.device.fetchNanoseconds, 0...1_000_000_000, "device.fetchNanoseconds")
        check(\.device.consEvery, 1...524_288, "device.consEvery")
        check(\.device.turnLimit, 1...524_288, "device.turnLimit")
    }

    @Test func vcmdqs() {
        func vcmdqs(_ vintfs: Int, _ each: Int) -> String? {
            message {
                $0.queue = .vcmdq
                $0.vintfs = vintfs
                $0.vcmdqsPerVINTF = each
            }
        }
        #expect(vcmdqs(64, 2) == nil)
        #expect(vcmdqs(1, 128) == nil)
        #expect(vcmdqs(64, 3) == "64 VINTFs of 3 VCMDQs are 192 VCMDQs; at most 128 are allowed")
        #expect(vcmdqs(65, 1) != nil)
        #expect(vcmdqs(0, 1) != nil)
        #expect(vcmdqs(Int.max, Int.max) != nil)
        #expect(message { $0.vintfs = 2 } != nil)
        #expect(message { $0.queue = .vcmdq; $0.algorithm = .mutex } != nil)
        #expect(message { $0.algorithm = .mutex } == nil)
    }

    @Test func ecmdqs() {
        #expect(message { $0.queue = .ecmdq; $0.producers = 1024 } == nil)
        #expect(message { $0.queue = .ecmdq; $0.sync = .cons; $0.lock = .legacy } == nil)
        #expect(message { $0.queue = .ecmdq; $0.vintfs = 2 } == "ECMDQs have no VINTFs; vintfs and vcmdqsPerVintf must be 1 with queue ecmdq")
        for algorithm in Algorithm.allCases {
            #expect((message { $0.queue = .ecmdq; $0.algorithm = algorithm } == nil) == (algorithm == .linux))
        }
        #expect(message { $0.queue = .ecmdq; $0.fault = .earlyMSI } == nil)
        #expect(message { $0.fault = .earlyMSI; $0.algorithm = .spinlock } != nil)
    }

    /// Beyond these bounds prod could lap cons twice unseen, or a count overflow.
    @Test func fetchAdd() {
        func message(_ producers: Int, _ log2: Int, batch: Int) -> String? {
            var scenario = Scenario()
            (scenario.algorithm, scenario.producers, scenario.log2Entries, scenario.batch) = (.fetchAdd, producers, log2, batch)
            scenario.allowSmallRing = true
            do throws(ScenarioError) {
                try scenario.validate()
                return nil
            } catch {
                return error.kind == .usage ? error.message : "wrong kind"
            }
        }
        #expect(message(5, 4, batch: 2) == nil)
        #expect(message(5, 4, batch: 3) == "with fetch-add, 5 producers of up to 4 entries at once could lap the queue of 16 entries "
            + "twice; a log2Entries of 5 or more is allowed")
        #expect(message(4, 4, batch: 3)?.contains("a log2Entries of 5 or more") == true, "16 entries would fill the ring")
        #expect(message(1024, 12, batch: 3)?.contains("a log2Entries of 13 or more") == true)
        #expect(message(1024, 17, batch: 63) == nil)
        // A batch of 65 is a list of 64 without a CMD_SYNC and one of 1 with it; one of 65 has both in two lists.
        #expect(message(8, 19, batch: 65) == nil)
    }

    @Test func rings() {
        #expect(message { $0.log2Entries = 7 } == nil)
        #expect(message { $0.log2Entries = 19 } == nil)
        #expect(message { $0.log2Entries = 20 } != nil)
        #expect(message { $0.log2Entries = 6 }?.contains("--allow-small-ring") == true)
        #expect(message { $0.log2Entries = 1; $0.allowSmallRing = true } == nil)
        #expect(message { $0.log2Entries = 0; $0.allowSmallRing = true } != nil)
    }

    @Test func batches() {
        #expect(message { $0.log2Entries = 7; $0.batch = 127 } == nil)
        #expect(message { $0.log2Entries = 7; $0.batch = 128 }
            == "a batch of 128 commands and its sync is larger than the queue of 128 entries; at most 127 are allowed")
        #expect(message { $0.batch = 0 } != nil)
        #expect(message { $0.batch = Int.max } != nil)
        func small(_ pages: Int) -> String? {
            message {
                $0.allowSmallRing = true
                $0.log2Entries = 4
                var loop = DMALoop()
                loop.pagesPerUnmap = pages
                $0.workload = .dma(loop)
            }
        }
        #expect(small(15) == nil)
        #expect(small(16) != nil)
    }

    @Test func workloads() {
        #expect(message { $0.workload = .recorded(path: "x") } == nil)
        #expect(message { $0.workload = .recorded(path: "") } != nil)
        #expect(message { $0.workload = .recorded(path: "x"); $0.batch = 4 } != nil)
        #expect(message { $0.workload = .sample(name: "linux-lazy") } == nil)
        #expect(message { $0.workload = .sample(name: "nothing") } != nil)
        func mix(_ weights: [String: Int]) -> String? {
            message {
                var mix = OpcodeMix()
                mix.weights = weights
                $0.workload = .mix(mix)
            }
        }
        #expect(mix(["ATC_INV": 1]) == nil)
        for weights in [[:], ["ATC_INV": 0], ["ATC_INV": -1], ["CMD_SYNC": 1], ["NOPE": 1]] {
            #expect(mix(weights) != nil, "\(weights)")
        }
    }

    @Test func lengths() {
        #expect(message { $0.length = .commands(1) } == nil)
        #expect(message { $0.length = .seconds(0.5) } == nil)
        #expect(message { $0.length = .workload } != nil)
        #expect(message { $0.length = .workload; $0.workload = .recorded(path: "x") } == nil)
        for length in [RunLength.commands(0), .commands(-1), .seconds(0), .seconds(-1), .seconds(.nan), .seconds(.infinity)] {
            #expect(message { $0.length = length } != nil, "\(length)")
        }
    }

    /// What is written reads back, whatever the fields are.
    @Test(arguments: [UInt64](1...40))
    func scenariosReadBack(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var scenario = Scenario()
        scenario.queue = QueueKind.allCases.randomElement(using: &random) ?? .main
        scenario.algorithm = Algorithm.allCases.randomElement(using: &random) ?? .linux
        scenario.lock = LockForm.allCases.randomElement(using: &random) ?? .counted
        scenario.sync = SyncMode.allCases.randomElement(using: &random) ?? .msi
        scenario.layout = LayoutKind.allCases.randomElement(using: &random) ?? .linux
        scenario.forceSync = .random(using: &random)
        scenario.producers = .random(in: 1...1024, using: &random)
        scenario.batch = .random(using: &random) ? .random(in: 1...100, using: &random) : nil
        scenario.length = [.commands(.random(in: 1...9999, using: &random)), .seconds(0.125), .workload].randomElement(using: &random) ?? .workload
        scenario.workload =
            [.dma(DMALoop()), .mix(OpcodeMix()), .recorded(path: "a/b \"c\""), .sample(name: "x")]
            .randomElement(using: &random) ?? .dma(DMALoop())
        scenario.device.threads = .random(in: 1...64, using: &random)
        scenario.device.turnLimit = .random(in: 1...64, using: &random)
        scenario.backoff = [.spin, .linux, .yield(looks: 3)].randomElement(using: &random) ?? .spin
        scenario.seed = .random(in: 0...UInt64.max, using: &random)
        scenario.checks = CheckLevel.allCases.randomElement(using: &random) ?? .standard
        let text = JSON.render(scenario)
        #expect(try JSON.read(Scenario.self, text) == scenario, "seed \(seed)")
        #expect(text.contains("\"batch\" : null") == (scenario.batch == nil), "seed \(seed)")
    }
}

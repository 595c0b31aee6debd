import Machine
import TestSupport
import Testing

@testable import Experiment

@Suite struct TuningSpaceTests {
    private func space(_ axes: [TuningAxis], _ change: (inout Scenario) -> Void = { _ in }) throws -> TuningSpace {
        var base = Scenario()
        change(&base)
        return try TuningSpace(base: base, axes: axes)
    }

    private static func integers(_ kind: TuningAxis.Kind, _ values: [Int]) -> TuningAxis { TuningAxis(kind, values.map { .integer($0) }) }

    @Test func everyCombinationOnce() throws {
        let space = try space([Self.integers(.batch, [8, 1, 4]), TuningAxis(.sync, [.sync(.msi), .sync(.cons)])])
        #expect(space.points.map { space.flags(of: $0) } == [
            "--batch 1 --sync msi", "--batch 1 --sync cons", "--batch 4 --sync msi", "--batch 4 --sync cons", "--batch 8 --sync msi", "--batch 8 --sync cons",
        ])
        #expect(space.refused == 0 && space.openAxes == [0, 1])
    }

    @Test func whatCannotRunIsLeftOut() throws {
        let space = try space([Self.integers(.batch, [63, 127, 128, 200]), Self.integers(.log2Entries, [7, 8])])
        #expect(space.points.count == 6 && space.refused == 2)
        #expect(space.firstRefusal?.contains("larger than the queue of 128 entries") == true)
        #expect(throws: ScenarioError.self) { try self.space([Self.integers(.batch, [500, 600])]) { $0.log2Entries = 7 } }
    }

    /// What only the plan of the insertions refuses.
    @Test func fetchAddWhereItCouldLapTheQueueIsLeftOut() throws {
        let space = try space([Self.integers(.batch, [1, 60]), TuningAxis(.algorithm, [.algorithm(.linux), .algorithm(.fetchAdd)])]) {
            $0.producers = 8
            $0.log2Entries = 7
        }
        #expect(space.points.map { space.flags(of: $0) } == ["--batch 1 --algorithm linux", "--batch 1 --algorithm fetch-add", "--batch 60 --algorithm linux"])
    }

    @Test func alikeCombinationsAreOne() throws {
        let axes = [TuningAxis(.lock, [.lock(.counted), .lock(.legacy)]), TuningAxis(.algorithm, [.algorithm(.linux), .algorithm(.spinlock)])]
        #expect(try space(axes).points.count == 3)
    }

    @Test func tooManyCombinationsAreRefused() {
        let error = #expect(throws: ScenarioError.self) { try space([Self.integers(.batch, Array(1...2001)), Self.integers(.log2Entries, Array(7...19))]) }
        #expect(error?.message.contains("at most 10000 are allowed") == true)
    }

    @Test func linuxHasBatchesOf64() throws {
        let batches = Self.integers(.batch, Array(1...32))
        #expect(try space([batches]).linuxChoice(standard: Scenario())?.batch == 64)
        #expect(try space([batches]) { $0.forceSync = true }.linuxChoice(standard: Scenario())?.batch == 63)
        let small = try space([batches]) { scenario in
            scenario.log2Entries = 6
            scenario.allowSmallRing = true
        }
        #expect(small.linuxChoice(standard: small.base)?.batch == 63)
        let others = try space([TuningAxis(.algorithm, [.algorithm(.fetchAdd), .algorithm(.spinlock)]), TuningAxis(.backoff, [.backoff(.spin), .backoff(.linux)])])
        let choice = try #require(others.linuxChoice(standard: Scenario()))
        #expect(choice.algorithm == .linux && choice.backoff == .standard && choice.batch == nil)
        // What was not left open stays.
        let fixed = try space([batches, TuningAxis(.sync, [.sync(.cons)])])
        #expect(fixed.linuxChoice(standard: Scenario())?.sync == .cons)
    }

    @Test func pointsOfScenarios() throws {
        let space = try space([Self.integers(.batch, [8, 64])])
        let point = try #require(space.linuxChoice(standard: Scenario()).flatMap { space.point(of: $0) })
        #expect(space.scenario(of: point).batch == 64)
        var other = space.scenario(of: point)
        other.producers = 5
        #expect(space.point(of: other) == nil)
    }

    @Test(arguments: [(1...64, 12), (1...4, 4), (1...512, 18), (33...62, 10), (5...5, 1)])
    func coarseGrids(batches: ClosedRange<Int>, count: Int) throws {
        let axis = Self.integers(.batch, Array(batches))
        let positions = axis.coarsePositions(limit: 20)
        #expect(positions.count == min(count, 20) && positions == positions.sorted() && Set(positions).count == positions.count, "\(positions)")
        #expect(positions.first == 0 && positions.last == batches.count - 1)
        for limit in 2...9 { #expect(axis.coarsePositions(limit: limit).count <= max(limit, min(4, batches.count))) }
    }

    @Test(arguments: seeds)
    func gridsAndMovesStayInTheSpace(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let space = try space([
            Self.integers(.batch, Array(1...Int.random(in: 2...200, using: &generator))), Self.integers(.log2Entries, Array(7...Int.random(in: 7...12, using: &generator))),
            TuningAxis(.sync, [.sync(.msi), .sync(.cons)]), TuningAxis(.lock, [.lock(.counted), .lock(.legacy)]),
        ])
        for limit in [1, 5, 20, 100] {
            let grid = space.coarse(limit: limit)
            #expect(!grid.isEmpty && grid.count <= max(limit, 1) && grid.allSatisfy(space.contains) && Set(grid).count == grid.count)
            var tried = Set(grid)
            // Refining from anywhere comes to an end: when everything near was tried.
            for _ in 0..<50 {
                let point = tried.randomElement(using: &generator)!
                let moves = space.refinements(of: point, tried: tried) + space.neighbours(of: point) + space.flips(of: point)
                #expect(moves.allSatisfy { space.contains($0) && $0 != point })
                #expect(space.refinements(of: point, tried: tried).allSatisfy { !tried.contains($0) })
                tried.formUnion(moves)
            }
        }
        #expect(space.refinements(of: space.points[0], tried: Set(space.points)).isEmpty)
    }
}

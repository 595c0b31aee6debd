@testable import ExploringMachine
import Testing
import TestSupport

/// Programs that nobody has thought of, explored and enumerated.
@Suite("Random programs") struct RandomProgramTests {
    static func step(_ generator: inout SeededGenerator, halves: Bool, waits: Bool = false) -> LitmusTest.Step {
        let location = Int.random(in: 0..<2, using: &generator)
        let value = UInt64.random(in: 1...3, using: &generator)
        let part: LitmusTest.Part = halves ? [.whole, .low, .high].randomElement(using: &generator)! : .whole
        return switch Int.random(in: 0..<(waits ? 14 : 12), using: &generator) {
        case 0..<4: .load(location, part: part, acquire: .random(using: &generator), depends: .random(using: &generator))
        case 4..<7: .store(location, value, part: part, release: .random(using: &generator), depends: .random(using: &generator))
        case 7..<9: .add(location, value, part: part)
        case 9: .storeFence
        case 10: .loadFence
        case 11: .fullFence
        default: .await(location)
        }
    }

    static func program(_ seed: UInt64, halves: Bool, waits: Bool = false) -> LitmusTest {
        var generator = SeededGenerator(seed: seed)
        let threads = Int.random(in: 2...3, using: &generator)
        let programs = (0..<threads).map { _ in
            (0..<Int.random(in: 1...(threads == 2 ? 4 : 3), using: &generator)).map { _ in step(&generator, halves: halves, waits: waits) }
        }
        return LitmusTest(name: "seed \(seed)", threads: programs, outcome: [])
    }

    @Test(arguments: MemoryModel.allCases) func areExploredOnceAndWhole(model: MemoryModel) throws {
        let base = UInt64.random(in: 0..<1 << 32)
        print("base seed \(base), \(model)")
        for seed in base..<(base + 150) {
            let test = Self.program(seed, halves: false, waits: seed % 2 == 0)
            if Self.size(test) > 50_000 { continue }
            let everything = LitmusEnumeration(test, under: model)
            let explored = try #require(LitmusExploration(test, under: model))
            #expect(explored.result.executions == everything.causalExecutions, "\(test)")
            #expect(explored.outcomes == everything.causalOutcomes, "\(test)")
        }
    }

    /// How many executions an enumeration would look at.
    static func size(_ test: LitmusTest) -> Int {
        var (writes, reads) = ([Int](repeating: 0, count: 2), [Int](repeating: 0, count: 2))
        for step in test.threads.joined() {
            switch step {
            case .load(let location, _, _, _), .await(let location): reads[location] += 1
            case .store(let location, _, _, _, _): writes[location] += 1
            case .add(let location, _, _):
                reads[location] += 1
                writes[location] += 1
            default: break
            }
        }
        return zip(writes, reads).reduce(1) { product, counts in
            let orders = (0..<counts.0).reduce(1) { $0 * ($1 + 1) }
            return product * orders * (0..<counts.1).reduce(1) { power, _ in power * (counts.0 + 1) }
        }
    }

    /// Halves that no access joins are two locations to the explorer, and one to the enumeration.
    static func hasUnjoinedHalves(_ test: LitmusTest) -> Bool {
        var parts: [Int: Set<LitmusTest.Part>] = [:]
        for step in test.threads.joined() {
            switch step {
            case .load(let location, let part, _, _), .store(let location, _, let part, _, _), .add(let location, _, let part):
                parts[location, default: []].insert(part)
            default: break
            }
        }
        return parts.values.contains([.low, .high])
    }

    /// A read may find the halves of what it reads in two writes.
    @Test(arguments: MemoryModel.allCases) func withHalvesToo(model: MemoryModel) throws {
        let base = UInt64.random(in: 0..<1 << 32)
        print("base seed \(base), \(model)")
        for seed in base..<(base + 150) {
            let test = Self.program(seed, halves: true, waits: seed % 2 == 0)
            if Self.hasUnjoinedHalves(test) { continue }
            if Self.size(test) > 50_000 { continue }
            let everything = LitmusEnumeration(test, under: model)
            let explored = try #require(LitmusExploration(test, under: model))
            #expect(explored.result.executions == everything.causalExecutions, "\(test)")
            #expect(explored.outcomes == everything.causalOutcomes, "\(test)")
        }
    }
}

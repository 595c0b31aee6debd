@testable import ExploringMachine
import Foundation
import Testing

@Suite("Litmus tests") struct LitmusVerdictTests {
    static let published: [(name: String, verdict: String)] = {
        guard let url = Bundle.module.url(forResource: "aarch64", withExtension: "csv", subdirectory: "Fixtures"),
            let text = try? String(contentsOf: url, encoding: .utf8)
        else { return [] }
        return text.split(separator: "\n").dropFirst().map { line in
            let words = line.split(separator: ",")
            return (String(words[0]), String(words[1]))
        }
    }()

    @Test func armVerdictsAreTheArchitectures() throws {
        #expect(Self.published.count == 97)
        for (name, verdict) in Self.published {
            let test = try #require(LitmusTest.named(name), "\(name)")
            #expect(LitmusEnumeration(test, under: .arm).isAllowed == (verdict == "allowed"), "\(name)")
        }
    }

    /// The explorer against all executions, one by one: the same outcomes, and each execution once.
    @Test(arguments: MemoryModel.allCases) func theExplorerFindsWhatThereIs(model: MemoryModel) throws {
        for test in LitmusTest.all {
            let everything = LitmusEnumeration(test, under: model)
            let explored = try #require(LitmusExploration(test, under: model))
            #expect(explored.result.executions == everything.causalExecutions, "\(test.name)")
            #expect(explored.outcomes == everything.causalOutcomes, "\(test.name)")
        }
    }
}

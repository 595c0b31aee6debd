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

    static func allowed(_ name: String, _ model: MemoryModel) throws -> Bool {
        LitmusEnumeration(try #require(LitmusTest.named(name), "\(name)"), under: model).isAllowed
    }

    /// Each shape asks for what sequential consistency forbids.
    @Test func scForbidsAllShapes() {
        for test in LitmusTest.all where !test.name.hasPrefix("queue-") {
            #expect(!LitmusEnumeration(test, under: .sc).isAllowed, "\(test.name)")
        }
    }

    /// A store may stay behind a later load, and nothing else is out of order. Source: Owens, Sarkar, Sewell, 2009.
    @Test func tsoAllowsOnlyStoresBehindLoads() {
        for test in LitmusTest.all where !test.name.hasPrefix("queue-") {
            let words = test.name.split(separator: "+")
            let isLate =
                switch words[0] {
                case "SB": words[1] != "dmb.sy" || words[2] != "dmb.sy"
                case "R": words[2] != "dmb.sy"
                default: false
                }
            let isAllowed = LitmusEnumeration(test, under: .tso).isAllowed
            #expect(isAllowed == isLate, "\(test.name)")
        }
    }

    /// Source: Lahav and others, PLDI 2017 (RC11).
    @Test(arguments: [
        ("MP+rel+acq", false), ("MP+dmb.st+dmb.ld", false), ("MP+dmb.st+acq", false), ("MP+rel+po", true), ("MP+rel+addr", true),
        ("MP+dmb.st+ctrl", true), ("LB+po+po", false), ("SB+dmb.sy+dmb.sy", false), ("SB+relacq+relacq", true), ("SB+dmb.sy+po", true),
        ("2+2W+rel+rel", true), ("2+2W+dmb.sy+dmb.sy", false), ("IRIW+acq+acq", true), ("IRIW+dmb.sy+dmb.sy", false),
        ("WRC+rel+acq", false), ("WRC+data+addr", true), ("R+dmb.sy+dmb.sy", false), ("ISA2+rel+acqrel+acq", false),
        ("ISA2+dmb.st+ctrl+acq", true), ("CoRR", false), ("queue-publish", true), ("queue-hand-over", true),
    ])
    func c11VerdictsAreTheLiteratures(name: String, isAllowed: Bool) throws {
        #expect(try Self.allowed(name, .c11) == isAllowed)
    }

    /// The queue's own hand-shakes rest on dependencies and on stores that become visible to everybody at once.
    @Test(arguments: [
        ("queue-publish", false), ("queue-publish-no-wmb", true), ("queue-publish-no-ctrl", true), ("queue-gather", false),
        ("queue-cons-half", false), ("queue-hand-over", false), ("queue-hand-over-relaxed", true), ("queue-msi-wait", false),
        ("queue-unlock", false), ("queue-unlock-relaxed", true), ("queue-unmap", false), ("queue-unmap-no-mb", true),
        ("queue-msi-wait-po", true), ("queue-cons-wait", false), ("queue-cons-wait-relaxed", true), ("WRC+data+addr", false),
        ("IRIW+addr+addr", false), ("IRIW+po+addr", true), ("ISA2+dmb.st+ctrl+addr", false), ("WRC+po+addr", true), ("CoRR", false),
    ])
    func armVerdictsOfTheQueuesShapes(name: String, isAllowed: Bool) throws {
        #expect(try Self.allowed(name, .arm) == isAllowed)
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

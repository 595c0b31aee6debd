/// Accesses of some threads, and the outcome asked for; edges stand between them.
struct LitmusShape: Sendable {
    let name: String
    /// One or two accesses each.
    let threads: [[LitmusTest.Step]]
    let outcome: [LitmusTest.Condition]

    private static let x = 0
    private static let y = 1
    private static let z = 2

    // Source of the names: Alglave, Maranget, Tautschnig, 2014.
    static let all: [LitmusShape] = [
        LitmusShape(
            name: "MP", threads: [[.store(x, 1), .store(y, 1)], [.load(y), .load(x)]],
            outcome: [.reads(thread: 1, load: 0, 1), .reads(thread: 1, load: 1, 0)]),
        LitmusShape(
            name: "SB", threads: [[.store(x, 1), .load(y)], [.store(y, 1), .load(x)]],
            outcome: [.reads(thread: 0, load: 0, 0), .reads(thread: 1, load: 0, 0)]),
        LitmusShape(
            name: "LB", threads: [[.load(x), .store(y, 1)], [.load(y), .store(x, 1)]],
            outcome: [.reads(thread: 0, load: 0, 1), .reads(thread: 1, load: 0, 1)]),
        LitmusShape(
            name: "S", threads: [[.store(x, 2), .store(y, 1)], [.load(y), .store(x, 1)]],
            outcome: [.reads(thread: 1, load: 0, 1), .ends(location: x, 2)]),
        LitmusShape(
            name: "R", threads: [[.store(x, 1), .store(y, 1)], [.store(y, 2), .load(x)]],
            outcome: [.ends(location: y, 2), .reads(thread: 1, load: 0, 0)]),
        LitmusShape(
            name: "2+2W", threads: [[.store(x, 2), .store(y, 1)], [.store(y, 2), .store(x, 1)]],
            outcome: [.ends(location: x, 2), .ends(location: y, 2)]),
        LitmusShape(
            name: "WRC", threads: [[.store(x, 1)], [.load(x), .store(y, 1)], [.load(y), .load(x)]],
            outcome: [.reads(thread: 1, load: 0, 1), .reads(thread: 2, load: 0, 1), .reads(thread: 2, load: 1, 0)]),
        LitmusShape(
            name: "IRIW", threads: [[.store(x, 1)], [.store(y, 1)], [.load(x), .load(y)], [.load(y), .load(x)]],
            outcome: [
                .reads(thread: 2, load: 0, 1), .reads(thread: 2, load: 1, 0), .reads(thread: 3, load: 0, 1), .reads(thread: 3, load: 1, 0),
            ]),
        LitmusShape(
            name: "ISA2", threads: [[.store(x, 1), .store(y, 1)], [.load(y), .store(z, 1)], [.load(z), .load(x)]],
            outcome: [.reads(thread: 1, load: 0, 1), .reads(thread: 2, load: 0, 1), .reads(thread: 2, load: 1, 0)]),
        LitmusShape(
            name: "CoRR", threads: [[.store(x, 1)], [.load(x), .load(x)]],
            outcome: [.reads(thread: 1, load: 0, 1), .reads(thread: 1, load: 1, 0)]),
    ]

    /// The kinds of its pairs of accesses.
    private var pairs: [(first: LitmusEdge.Access, second: LitmusEdge.Access)] {
        // Two accesses to one location need no edge to be ordered.
        name == "CoRR" ? [] : threads.filter { $0.count == 2 }.map { ($0[0].access, $0[1].access) }
    }

    /// With these edges between the pairs; nil where one makes no sense, or there are too many or too few.
    func test(_ edges: [LitmusEdge]) -> LitmusTest? {
        let pairs = pairs
        guard edges.count == pairs.count, zip(edges, pairs).allSatisfy({ $0.makesSense($1.first, $1.second) }) else { return nil }
        var remaining = edges[...]
        let program = threads.map { thread in
            guard thread.count == 2, let edge = remaining.popFirst() else { return thread }
            return edge.joining(thread[0], thread[1])
        }
        return LitmusTest(name: ([name] + edges.map(\.rawValue)).joined(separator: "+"), threads: program, outcome: outcome)
    }

    var tests: [LitmusTest] {
        var combinations: [[LitmusEdge]] = [[]]
        for pair in pairs {
            let edges = LitmusEdge.allowed(pair.first, pair.second)
            combinations = combinations.flatMap { chosen in edges.map { chosen + [$0] } }
        }
        return combinations.compactMap(test)
    }
}

extension LitmusTest {
    /// All there are: every shape with all edges that make sense, then the queue's own.
    package static let all: [LitmusTest] = LitmusShape.all.flatMap(\.tests) + queueTests

    /// By its name, SHAPE+EDGE0+EDGE1 or the name of one of the queue's own.
    package static func named(_ name: String) -> LitmusTest? {
        if let test = queueTests.first(where: { $0.name == name }) { return test }
        // "2+2W" has the separator in its name.
        for shape in LitmusShape.all where name == shape.name || name.hasPrefix(shape.name + "+") {
            let words = name.dropFirst(shape.name.count).split(separator: "+")
            let edges = words.compactMap { LitmusEdge(rawValue: String($0)) }
            if edges.count == words.count, let test = shape.test(edges) { return test }
        }
        return nil
    }
}

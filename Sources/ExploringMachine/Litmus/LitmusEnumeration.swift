import Machine

/// What an event of a litmus test does to its location.
private struct LitmusOperation {
    var operand: UInt64 = 0
    var part = LitmusTest.Part.whole
    var adds = false
}

/// Every execution of a litmus test, load buffering included: each read takes each write in turn, each location each order of its
/// writes, and the model's predicate judges.
package struct LitmusEnumeration {
    /// What an execution has come to: what its loads found, thread by thread, and what the locations hold in the end.
    package struct Outcome: Hashable, Sendable, Comparable {
        package var loads: [[UInt64]]
        package var finals: [UInt64]

        package static func < (first: Outcome, second: Outcome) -> Bool {
            (first.loads.flatMap { $0 } + first.finals).lexicographicallyPrecedes(second.loads.flatMap { $0 } + second.finals)
        }
    }

    package private(set) var outcomes: Set<Outcome> = []
    /// Consistent executions, and those of them in which no value causes itself.
    package private(set) var executions = 0
    package private(set) var causalExecutions = 0
    package private(set) var causalOutcomes: Set<Outcome> = []
    /// An execution with the outcome that was asked for, in lines to read.
    package private(set) var witness: [String]?
    package var isAllowed: Bool { witness != nil }

    private let test: LitmusTest
    private var graph: ExecutionGraph
    /// Of each event: the step that made it, and which part of the location it touches.
    private var steps: [LitmusOperation] = []
    private var loads: [Int] = []

    package init(_ test: LitmusTest, under model: MemoryModel) {
        self.test = test
        graph = ExecutionGraph(model: model)
        for (thread, program) in test.threads.enumerated() { build(thread, program) }
        chooseOrder(of: 0, placing: (0..<graph.count).filter { graph.events[$0].isWrite })
        graph.deallocate()
    }

    private mutating func build(_ thread: Int, _ program: [LitmusTest.Step]) {
        var order = LocalOrder(model: graph.model, isDevice: false)
        var last = LocalSet()
        for step in program {
            switch step {
            case .load(let location, let part, let acquire, let depends):
                let dependency = depends ? last : LocalSet()
                last = LocalSet(order.length)
                append(thread, location, acquire ? .acquire : [], dependency, &order, LitmusOperation(part: part))
            case .store(let location, let value, let part, let release, let depends):
                append(thread, location, release ? [.write, .release] : .write, depends ? last : LocalSet(), &order, LitmusOperation(operand: value, part: part))
            case .await(let location):
                last = LocalSet(order.length)
                append(thread, location, .wait, LocalSet(), &order, LitmusOperation())
            case .add(let location, let value, let part):
                last = LocalSet(order.length)
                append(thread, location, .update, LocalSet(), &order, LitmusOperation(part: part))
                append(thread, location, [.update, .write], last, &order, LitmusOperation(operand: value, part: part, adds: true))
            case .fullFence: order.fullFence()
            case .storeFence: order.storeFence()
            case .loadFence: order.loadFence()
            case .branch: order.branch(dependingOn: last)
            case .instructionBarrier: order.instructionBarrier()
            }
        }
    }

    private mutating func append(
        _ thread: Int, _ location: Int, _ flags: Event.Flags, _ dependency: LocalSet, _ order: inout LocalOrder,
        _ step: LitmusOperation
    ) {
        var event = Event(
            agent: UInt8(thread), site: Site.work.rawValue, part: step.part.number, flags: flags, index: Int16(order.length), location: Int16(location),
            fences: order.fences, before: order.before(flags, dependingOn: dependency), dependency: dependency)
        event.source = -1
        let number = graph.append(event)
        if event.isRead { loads.append(number) }
        steps.append(step)
        order.append(flags, dependingOn: dependency)
    }

    private mutating func chooseOrder(of next: Int, placing writes: [Int]) {
        guard next < writes.count else { return chooseSource(of: 0) }
        for position in 0...graph.writeCount(Int(graph.events[writes[next]].location)) {
            graph.place(writes[next], at: position)
            chooseOrder(of: next + 1, placing: writes)
            graph.unplace(writes[next])
        }
    }

    private mutating func chooseSource(of next: Int) {
        guard next < loads.count else { return judge() }
        let location = Int(graph.events[loads[next]].location)
        for position in -1..<graph.writeCount(location) {
            graph.events[loads[next]].source = position < 0 ? -1 : Int16(graph.write(location, at: position))
            chooseSource(of: next + 1)
        }
    }

    private mutating func judge() {
        guard graph.isConsistent() else { return }
        for location in 0..<test.locations {
            for position in 0..<graph.writeCount(location) {
                let number = graph.write(location, at: position)
                let step = steps[number]
                let old = graph.value(location, at: position - 1)
                let operand = step.operand << step.part.shift
                let new = step.adds ? old &+ operand : operand
                graph.events[number].value = new & step.part.rawValue
            }
        }
        let isWaiting = loads.contains { number in
            let event = graph.events[number]
            return event.flags.contains(.wait) && graph.value(Int(event.location), at: graph.position(ofWrite: event.source)) != 2
        }
        if isWaiting { return }
        executions += 1
        var found = test.threads.map { _ in [UInt64]() }
        for number in loads {
            let event = graph.events[number]
            let whole = graph.value(Int(event.location), at: graph.position(ofWrite: event.source))
            found[Int(event.agent)].append((whole & steps[number].part.rawValue) >> steps[number].part.shift)
        }
        let outcome = Outcome(loads: found, finals: (0..<test.locations).map { graph.finalValue($0) })
        outcomes.insert(outcome)
        if !graph.hasCausalCycle() {
            causalExecutions += 1
            causalOutcomes.insert(outcome)
        }
        if witness == nil, test.outcome.allSatisfy({ outcome.satisfies($0) }) { witness = describe(outcome) }
    }

    private func describe(_ outcome: Outcome) -> [String] {
        (0..<graph.count).map { number in
            let event = graph.events[number]
            let place = "thread \(event.agent): "
            let name = LitmusTest.locationName(Int(event.location))
            let value = { (whole: UInt64) in "0x" + String((whole & steps[number].part.rawValue) >> steps[number].part.shift, radix: 16) }
            if event.isWrite { return place + "\(name) = \(value(event.value)), write \(event.position + 1) of \(name)" }
            let whole = graph.value(Int(event.location), at: graph.position(ofWrite: event.source))
            guard event.source >= 0 else { return place + "reads \(name): \(value(whole)), the initial value" }
            let source = graph.events[Int(event.source)]
            return place + "reads \(name): \(value(whole)) from thread \(source.agent)"
        } + ["in the end: " + outcome.finals.enumerated().map { "\(LitmusTest.locationName($0)) = 0x\(String($1, radix: 16))" }.joined(separator: ", ")]
    }
}

extension LitmusEnumeration.Outcome {
    func satisfies(_ condition: LitmusTest.Condition) -> Bool {
        switch condition {
        case .reads(let thread, let load, let value): loads[thread][load] == value
        case .ends(let location, let value): finals[location] == value
        }
    }
}

extension LitmusTest {
    static func locationName(_ location: Int) -> String { ["x", "y", "z", "u", "v"][location] }
}

import Machine

/// A litmus test run by the explorer: its threads are agents, as a queue's producers are.
package struct LitmusExploration {
    package private(set) var outcomes: Set<LitmusEnumeration.Outcome> = []
    package private(set) var result = Exploration()

    /// Nil where there is no memory for the threads' stacks.
    package init?(_ test: LitmusTest, under model: MemoryModel) {
        var plan = MemoryPlan()
        let words = (0..<test.locations).map { _ in plan.reserveLine() }
        guard let explorer = Explorer(agents: test.threads.count, servers: 0..<0, plan: plan, model: model) else { return nil }
        // What each thread's loads have found; written by the fibers.
        let slots = 8
        let loads = FixedBuffer<UInt64>(count: slots * test.threads.count, repeating: 0)
        let counts = FixedBuffer<Int>(count: test.threads.count, repeating: 0)
        defer {
            loads.deallocate()
            counts.deallocate()
        }
        var outcomes: Set<LitmusEnumeration.Outcome> = []
        var limits = ExplorationLimits()
        limits.stopsAtDeadlocks = false
        result = explorer.explore(
            limits: limits,
            check: { execution in
                let found = test.threads.indices.map { thread in (0..<counts[thread]).map { loads[thread * slots + $0] } }
                outcomes.insert(LitmusEnumeration.Outcome(loads: found, finals: words.map { execution.finalValue(of: $0) }))
                return nil
            }
        ) { thread, processor in
            counts[thread] = 0
            var last = LocalSet()
            // By index: an iterator would hold a reference where the fiber may be abandoned.
            for index in test.threads[thread].indices {
                guard let (value, dependency) = processor.perform(test.threads[thread][index], words, last) else { continue }
                loads[thread * slots + counts[thread]] = value
                counts[thread] += 1
                last = dependency
            }
        }
        self.outcomes = outcomes
    }
}

extension ExploringProcessor {
    /// Makes the step; returns what a load has found.
    fileprivate mutating func perform(_ step: LitmusTest.Step, _ words: [Word64], _ last: LocalSet) -> (UInt64, LocalSet)? {
        switch step {
        case .load(let location, let part, let acquire, let depends):
            return load(part.offset(words[location]), isWhole: part == .whole, acquire ? .acquire : [], .work, depends ? last : LocalSet())
        case .store(let location, let value, let part, let release, let depends):
            store(
                part.offset(words[location]), value, isWhole: part == .whole, release ? .release : [], .work, depends ? last : LocalSet())
        case .add(let location, let value, let part):
            let mask = part == .whole ? UInt64.max : 0xffff_ffff
            return update(part.offset(words[location]), isWhole: part == .whole, .relaxed, .work) { ($0 &+ value) & mask }
        case .await(let location): return load(words[location].offset, isWhole: true, [], .work, LocalSet()) { $0 == 2 }
        case .fullFence: fence(.full, at: .work)
        case .storeFence: fence(.dmaWrite, at: .work)
        case .loadFence: loadFence()
        case .branch: branch(dependingOn: last)
        case .instructionBarrier: instructionBarrier()
        }
        return nil
    }
}

extension LitmusTest.Part {
    fileprivate func offset(_ word: Word64) -> Int { self == .high ? word.high.offset : word.offset }
}

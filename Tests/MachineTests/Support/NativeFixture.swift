import Machine

/// Memory of some lines, and native processors on it.
struct NativeFixture {
    let words: Word64
    let memory: MachineMemory

    init(lines: Int = 4) {
        var plan = MemoryPlan()
        words = plan.reserve(bytes: lines * 64)
        memory = MachineMemory(plan: plan)
    }

    func processor(_ backoff: Backoff = .yield(looks: 20)) -> NativeProcessor {
        NativeProcessor(memory: memory, backoff: backoff)
    }
}

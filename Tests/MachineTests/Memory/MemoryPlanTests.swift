import Machine
import TestSupport
import Testing

@Suite("Laying out memory")
struct MemoryPlanTests {
    @Test("places are aligned, do not overlap, and lie below the byte count", arguments: seeds)
    func placesAreApart(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var plan = MemoryPlan()
        var end = 0
        for _ in 0..<500 {
            let bytes = Int.random(in: 0...300, using: &random)
            let alignment = 8 << Int.random(in: 0...9, using: &random)
            let place = plan.reserve(bytes: bytes, alignment: alignment)
            #expect(place.offset % alignment == 0)
            #expect(place.offset >= end, "the place before ends at \(end)")
            #expect(place.offset - end < alignment, "no more is left out than alignment needs")
            end = place.offset + bytes
            #expect(plan.byteCount == end)
        }
    }

    @Test("a line and a register have a cache line of their own")
    func linesAreApart() {
        var plan = MemoryPlan()
        _ = plan.reserve(bytes: 8, alignment: 8)
        let line = plan.reserveLine()
        let register = plan.reserveRegister()
        let next = plan.reserve(bytes: 8)
        #expect(line.offset == 64)
        #expect(register.word.offset == 128)
        #expect(next.offset == 192)
        #expect(plan.byteCount == 200)
    }

    @Test("memory starts at zero but for the plan's initial values")
    func initialValues() {
        var plan = MemoryPlan()
        let first = plan.reserve(bytes: 4096)
        let second = plan.reserveLine()
        plan.setInitial(second, to: 0x0123_4567_89ab_cdef)
        plan.setInitial(first.advanced(by: 3), to: 7)
        let memory = MachineMemory(plan: plan)
        for index in 0..<512 {
            #expect(memory.inspect(first.advanced(by: index)) == (index == 3 ? 7 : 0))
        }
        #expect(memory.inspect(second) == 0x0123_4567_89ab_cdef)
        #expect(memory.inspect(second.low) == 0x89ab_cdef)
        #expect(memory.inspect(second.high) == 0x0123_4567)
    }

    @Test("a plan of nothing still gives memory")
    func emptyPlan() {
        let memory = MachineMemory(plan: MemoryPlan())
        memory.set(Word64(offset: 56), to: 5)
        #expect(memory.inspect(Word64(offset: 56)) == 5)
    }
}

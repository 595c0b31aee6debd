import Machine
import TestSupport
import Testing

@Suite struct FixedBufferTests {
    @Test("Elements are changed in place, and seen by every copy of the buffer", arguments: seeds)
    func likeAnArray(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let buffer = FixedBuffer(count: 33, repeating: [UInt64(7)])
        defer { buffer.deallocate() }
        let copy = buffer
        var model = Array(repeating: [UInt64(7)], count: 33)
        for _ in 0..<500 {
            let index = Int.random(in: 0..<33, using: &generator)
            let value = generator.next()
            buffer[index].append(value)
            model[index].append(value)
        }
        #expect((0..<copy.count).map { copy[$0] } == model)
    }

    @Test func elementsAreReleased() {
        final class Token {}
        weak var released: Token?
        do {
            let token = Token()
            released = token
            FixedBuffer(count: 5, repeating: token).deallocate()
        }
        #expect(released == nil)
    }

    @Test func noElements() {
        let buffer = FixedBuffer(count: 0, repeating: 1)
        #expect(buffer.count == 0)
        buffer.deallocate()
    }
}

import InsertionProbe

/// Calls through a protocol witness, and does nothing else that costs.
struct CountingWork: SeededWork {
    var sum = 0
    mutating func work() { sum &+= 1 }
}

/// Allocates and frees a small object on each call.
struct AllocatingWork: SeededWork {
    private final class Box {
        let value: Int
        init(_ value: Int) { self.value = value }
    }

    var sum = 0

    mutating func work() {
        sum &+= Self.box(sum).value
    }

    // Never inlined, or the optimizer keeps the object on the stack.
    @inline(never)
    private static func box(_ value: Int) -> Box { Box(value &+ 1) }
}

/// Which executions are possible: a predicate over graphs.
package enum MemoryModel: String, CaseIterable, Sendable {
    /// Sequential consistency: program order, reads-from, coherence order and from-reads together have no cycle.
    case sc
    /// x86-TSO: a store may stay behind later loads of its processor.
    case tso
    /// The Armv8 axiomatic model, with the dependencies that the program names.
    case arm
    /// C11 with relaxed, acquire and release atomics and fences (RC11): no dependency orders anything.
    case c11
}

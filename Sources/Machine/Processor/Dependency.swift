/// What a later access depends on: the reads whose values decide its address, its value or whether it happens.
///
/// Control flow in Swift is invisible to a machine, and the queue's algorithm relies on it. So reads
/// return a dependency beside their value, and an access that relies on one names it. A machine with a
/// weak memory model orders only what is named; the native one has no use for it and it costs nothing.
///
/// A store may rely on address, data and control dependencies, a load on an address dependency only:
/// the architecture does not order a load after the branch that leads to it.
@usableFromInline
package protocol ProcessorDependency: Sendable {
    /// Depends on nothing.
    static var none: Self { get }
    /// Depends on both.
    func joined(with other: Self) -> Self
}

/// The dependency of machines that keep none: the processor they run on keeps the real one.
@usableFromInline
package struct UntrackedDependency: ProcessorDependency {
    @inlinable package init() {}
    @inlinable package static var none: UntrackedDependency { UntrackedDependency() }
    @inlinable package func joined(with other: UntrackedDependency) -> UntrackedDependency { self }
}

/// A value that was read, and the dependency that relying on it creates.
@usableFromInline
package struct Reading<Value: Sendable, Dependency: ProcessorDependency>: Sendable {
    @usableFromInline package let value: Value
    @usableFromInline package let dependency: Dependency

    @inlinable package init(_ value: Value, _ dependency: Dependency) {
        self.value = value
        self.dependency = dependency
    }
}

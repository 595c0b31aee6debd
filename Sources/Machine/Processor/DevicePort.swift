/// How a device reaches its own registers and, by DMA, memory.
///
/// A device is one more agent of the machine. It sees its registers as local state; memory it reads and
/// writes only through the port, in the order that the port's operations name.
@usableFromInline
package protocol DevicePort {
    /// Reads a register of the device's own. What processors wrote before an ordered write of it is visible to later DMA reads.
    mutating func ownRegister(_ register: Register32, at site: Site) -> UInt32
    /// Writes a register of the device's own, after all its earlier DMA writes are visible.
    mutating func setOwnRegister(_ register: Register32, _ value: UInt32, at site: Site)

    mutating func dmaRead64(_ word: Word64, at site: Site) -> UInt64
    /// The line of this word will be read soon. A hint: machines that model time may take no notice.
    mutating func dmaPrefetch(_ word: Word64, at site: Site)
    /// Writes memory so that all that the device did before is visible first, as the architecture asks of an MSI.
    mutating func dmaWrite32(_ word: Word32, _ value: UInt32, at site: Site)
    mutating func dmaWrite64(_ word: Word64, _ value: UInt64, at site: Site)

    /// Sends the event that processors in WFE wait for (SEV).
    mutating func sendEvent(at site: Site)

    /// A queue's turn is over: what it shares with other queues is theirs.
    mutating func endTurn()

    /// Rounds without work between two looks at what is rare. 1 where a device without work sleeps until something happens.
    static var idleRoundsBetweenLooks: UInt32 { get }

    /// Spends time on execution.
    mutating func spend(nanoseconds: UInt64, at site: Site)
    /// The same of machines that count finer; others round.
    mutating func spend(picoseconds: UInt64, at site: Site)
}

extension DevicePort {
    @inlinable package static var idleRoundsBetweenLooks: UInt32 { 32 }
    @inlinable @inline(__always)
    package mutating func dmaPrefetch(_ word: Word64, at site: Site) {}
    @inlinable @inline(__always)
    package mutating func endTurn() {}
    @inlinable @inline(__always)
    package mutating func spend(picoseconds: UInt64, at site: Site) { spend(nanoseconds: (picoseconds &+ 500) / 1000, at: site) }
    // Machines whose processors never sleep have no use for it.
    @inlinable @inline(__always)
    package mutating func sendEvent(at site: Site) {}
}

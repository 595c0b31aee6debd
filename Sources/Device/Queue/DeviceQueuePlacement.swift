import Machine
import SMMUv3

/// What the device knows of one command queue: its ring (CMDQ_BASE) and its registers.
@usableFromInline
package struct DeviceQueuePlacement: Sendable {
    @usableFromInline package let geometry: QueueGeometry
    @usableFromInline package let slots: Word64
    @usableFromInline package let prod: Register32
    @usableFromInline package let cons: Register32
    /// GERROR of the queue; bit 0, CMDQ_ERR, and bit 4, MSI_CMDQ_ABT, toggle.
    @usableFromInline package let gerror: Register32
    @usableFromInline package let gerrorn: Register32
    /// What the queue accepts; anything else is CERROR_ILL.
    @usableFromInline package let rules: CommandRules

    /// Or-ed into every CONS that the device writes: an ECMDQ's ENACK.
    @usableFromInline package let consFlags: UInt32

    package init(
        geometry: QueueGeometry, slots: Word64, prod: Register32, cons: Register32,
        gerror: Register32, gerrorn: Register32, rules: CommandRules, consFlags: UInt32 = 0
    ) {
        self.geometry = geometry
        self.slots = slots
        self.prod = prod
        self.cons = cons
        self.gerror = gerror
        self.gerrorn = gerrorn
        self.rules = rules
        self.consFlags = consFlags
    }
}

/// How the device's addresses map to memory: linearly, from `base` on.
@usableFromInline
package struct AddressMap: Sendable {
    /// The device address of offset 0.
    @usableFromInline package let base: UInt64
    /// Bytes of memory.
    @usableFromInline package let byteCount: Int

    package init(base: UInt64, byteCount: Int) {
        self.base = base
        self.byteCount = byteCount
    }

    /// The 32-bit word at a device address; nil where there is none.
    @inlinable
    package func word32(at address: UInt64) -> Word32? {
        let offset = address &- base
        guard byteCount >= 4, offset <= UInt64(byteCount &- 4), offset & 3 == 0 else { return nil }
        return Word32(offset: Int(truncatingIfNeeded: offset))
    }
}

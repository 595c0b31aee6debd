/// Bits of SMMU_ECMDQ_PROD and SMMU_ECMDQ_CONS beyond those of the main queue's registers.
/// Source: Arm IHI 0070, chapter 6 (SMMUv3.3).
@usableFromInline
package enum ECMDQRegisters {
    /// PROD.EN: the queue is to be enabled. A write of PROD without it turns the queue off.
    @inlinable package static var enable: UInt32 { 1 << 31 }
    /// CONS.ENACK: the queue is enabled.
    @inlinable package static var enableAcknowledge: UInt32 { 1 << 31 }
}

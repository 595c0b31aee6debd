import Testing

import SMMUv3

@Suite struct OpcodeTests {
    @Test(arguments: [
        ("PREFETCH_CFG", 0x01), ("PREFETCH_ADDR", 0x02), ("CFGI_STE", 0x03), ("CFGI_ALL", 0x04), ("CFGI_CD", 0x05),
        ("CFGI_CD_ALL", 0x06), ("TLBI_NH_ALL", 0x10), ("TLBI_NH_ASID", 0x11), ("TLBI_NH_VA", 0x12),
        ("TLBI_NH_VAA", 0x13), ("TLBI_EL3_ALL", 0x18), ("TLBI_EL3_VA", 0x1a), ("TLBI_EL2_ALL", 0x20),
        ("TLBI_EL2_ASID", 0x21), ("TLBI_EL2_VA", 0x22), ("TLBI_EL2_VAA", 0x23), ("TLBI_S12_VMALL", 0x28),
        ("TLBI_S2_IPA", 0x2a), ("TLBI_NSNH_ALL", 0x30), ("ATC_INV", 0x40), ("PRI_RESP", 0x41), ("RESUME", 0x44),
        ("STALL_TERM", 0x45), ("CMD_SYNC", 0x46),
    ] as [(String, UInt8)])
    func names(name: String, code: UInt8) throws {
        let opcode = try #require(Opcode(rawValue: code))
        #expect(opcode.name == name)
        #expect(Opcode(name: name) == opcode)
        #expect(Opcode(name: "SMMU_CMD_" + name) == opcode)
    }

    @Test func thereAreTwentyFour() { #expect(Opcode.allCases.count == 24) }

    @Test(arguments: [
        ("SMMU_CMD_SYNC", Opcode.sync), ("SYNC", .sync), ("SMMU_CMD_PREFETCH_CONFIG", .prefetchConfig),
        ("SMMU_CMD_CFGI_STE_RANGE", .cfgiAll), ("CFGI_STE_RANGE", .cfgiAll), ("SMMU_CMD_TLBI_NSNH_ALL", .tlbiNSNHAll),
    ])
    func spellingsOfTheEmulator(name: String, opcode: Opcode) { #expect(Opcode(name: name) == opcode) }

    @Test(arguments: ["", "SMMU_CMD_", "TLBI", "tlbi_nh_va", "TLBI_NH_VA ", "0x12", "SMMU_CMD_SMMU_CMD_SYNC"])
    func unknownNames(name: String) { #expect(Opcode(name: name) == nil) }

    @Test func setsAreWhatTheTablesSay() {
        #expect(OpcodeSet.all == OpcodeSet(Opcode.allCases))
        #expect(OpcodeSet.withStreamID == OpcodeSet(Opcode.allCases.filter { $0.layout(of: .sid) != nil }))
        #expect(OpcodeSet.withStreamID == OpcodeSet(Opcode.allCases.filter { $0.layout(of: .ssec) != nil }))
        #expect(OpcodeSet.withRange == OpcodeSet(Opcode.allCases.filter { $0.layout(of: .tg) != nil }))
        #expect(OpcodeSet.el3 == OpcodeSet([.tlbiEL3All, .tlbiEL3VA]))
        #expect(OpcodeSet.tegra241Guest == OpcodeSet([.tlbiNHASID, .tlbiNHVA, .atcInvalidate, .sync]))
        #expect(OpcodeSet.none == OpcodeSet([]))
    }

    @Test func membershipOfEveryByte() {
        for byte in UInt8.min...UInt8.max {
            #expect(OpcodeSet.all.contains(byte) == (Opcode(rawValue: byte) != nil))
            #expect(!OpcodeSet.none.contains(byte))
            #expect(OpcodeSet(low: ~0, high: ~0).contains(byte) == (byte < 0x80))
        }
    }
}

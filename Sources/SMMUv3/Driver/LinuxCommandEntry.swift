/// A command as the Linux driver describes it to its encoder: an opcode and the arguments, each with
/// the type that it has there. Arguments that are not given are 0.
package struct LinuxCommandEntry: Hashable, Sendable {
    package var opcodeByte: UInt8
    package var streamID: UInt32 = 0
    package var substreamID: UInt32 = 0
    package var substreamValid = false
    package var leaf = false
    package var num: UInt8 = 0
    package var scale: UInt8 = 0
    package var asid: UInt16 = 0
    package var vmid: UInt16 = 0
    package var ttl: UInt8 = 0
    package var tg: UInt8 = 0
    /// In bytes.
    package var address: UInt64 = 0
    package var size: UInt8 = 0
    package var global = false
    package var pageRequestGroup: UInt16 = 0
    /// Of PRI_RESP (0 deny, 1 fail, 2 success) and of RESUME (0 terminate, 1 retry, 2 abort).
    package var response: UInt32 = 0
    package var stallTag: UInt16 = 0
    /// Where a CMD_SYNC writes, in bytes; 0 for completion by event.
    package var msiAddress: UInt64 = 0

    package init(opcodeByte: UInt8) {
        self.opcodeByte = opcodeByte
    }

    package init(_ opcode: Opcode) {
        self.init(opcodeByte: opcode.rawValue)
    }
}

extension LinuxCommandEntry {
    /// The names that scripts give to the arguments.
    package enum Argument: String, CaseIterable, Sendable {
        case sid, ssid, ssv, leaf, num, scale, asid, vmid, ttl, tg, addr, size, global, grpid, resp, stag, msiaddr
    }

    /// Assigns as C does: what does not fit the argument's type loses its upper bits, and any value but
    /// 0 is true.
    package mutating func set(_ argument: Argument, to value: UInt64) {
        switch argument {
        case .sid: streamID = UInt32(truncatingIfNeeded: value)
        case .ssid: substreamID = UInt32(truncatingIfNeeded: value)
        case .ssv: substreamValid = value != 0
        case .leaf: leaf = value != 0
        case .num: num = UInt8(truncatingIfNeeded: value)
        case .scale: scale = UInt8(truncatingIfNeeded: value)
        case .asid: asid = UInt16(truncatingIfNeeded: value)
        case .vmid: vmid = UInt16(truncatingIfNeeded: value)
        case .ttl: ttl = UInt8(truncatingIfNeeded: value)
        case .tg: tg = UInt8(truncatingIfNeeded: value)
        case .addr: address = value
        case .size: size = UInt8(truncatingIfNeeded: value)
        case .global: global = value != 0
        case .grpid: pageRequestGroup = UInt16(truncatingIfNeeded: value)
        case .resp: response = UInt32(truncatingIfNeeded: value)
        case .stag: stallTag = UInt16(truncatingIfNeeded: value)
        case .msiaddr: msiAddress = value
        }
    }
}

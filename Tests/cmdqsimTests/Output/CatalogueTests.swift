@testable import cmdqsim
import Experiment
import ExploringMachine
import SMMUv3
import Testing

@Suite struct CatalogueTests {
    @Test func everyKindHasItems() {
        #expect(Set(Catalogue.items.map(\.kind)) == Set(Catalogue.kinds))
        #expect(Catalogue.items.filter { $0.kind == "opcodes" }.count == Opcode.allCases.count)
    }

    /// What is listed is what the flags take.
    @Test func listedNamesAreTaken() throws {
        func names(_ kind: String) -> String {
            Catalogue.items.filter { $0.kind == kind }.map(\.name).joined(separator: ",")
        }
        #expect(try NameList<Algorithm>(names("algorithms")).values == Algorithm.allCases)
        #expect(try NameList<QueueKind>(names("queues")).values == QueueKind.allCases)
        #expect(try NameList<LockForm>(names("locks")).values == LockForm.allCases)
        #expect(try NameList<SyncMode>(names("syncs")).values == SyncMode.allCases)
        #expect(try NameList<LayoutKind>(names("layouts")).values == LayoutKind.allCases)
        #expect(try NameList<MemoryModel>(names("models")).values == MemoryModel.allCases)
        #expect(try NameList<ProtocolMutation>(names("mutations")).values == ProtocolMutation.allCases)
        #expect(try WorkloadChoice.nameList(names("workloads")).values == WorkloadChoice.allNames)
        #expect(try BackoffForm.list(names("backoffs").replacing(":N", with: ":3")).values.count == 3)
    }
}

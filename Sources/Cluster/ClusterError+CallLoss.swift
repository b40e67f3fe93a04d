// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

package import Commands

extension ClusterError: CallLoss {
    package var outlook: CallOutlook? {
        switch self {
        case .tooManyRedirects, .slotNotServed, .topologyUnavailable: .retry
        case .deadlineExceeded: .waited
        case .crossSlot, .needsManyNodes, .transactionCrossesSlots, .transactionWithoutKeys, .malformedTopology,
            .databaseNotSupported, .noSeeds, .closed, .slotsKeepMoving:
            nil
        }
    }
}

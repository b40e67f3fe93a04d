// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

// One import for users who take everything. These are the only re-exports of the package.

@_exported public import Cluster
@_exported public import Commands
@_exported public import Pipeline
@_exported public import Pool
@_exported public import PubSub
@_exported public import RESPCodec
@_exported public import Transport

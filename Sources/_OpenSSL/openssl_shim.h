// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#include <openssl/ssl.h>

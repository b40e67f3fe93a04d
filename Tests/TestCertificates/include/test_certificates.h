// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

// Certificates for tests, made when they run: valid, expired, for other hosts, of authorities of one's own.

#ifndef TEST_CERTIFICATES_H
#define TEST_CERTIFICATES_H

#include <stddef.h>

// A certificate with its key.
typedef struct test_certificate test_certificate;

typedef struct {
    const char *common_name;
    // As OpenSSL's configuration writes them, such as "DNS:localhost,IP:127.0.0.1"; NULL for none.
    const char *names;
    // Seconds from now.
    long valid_from;
    long valid_until;
    int is_authority;
} test_certificate_request;

// Issued by `issuer`, or by itself for NULL. NULL if the library fails.
test_certificate *test_certificate_new(test_certificate_request request, const test_certificate *issuer);
void test_certificate_free(test_certificate *certificate);

// Writes PEM and a NUL into `text`. Returns how many bytes without it, or 0 if there is no room.
size_t test_certificate_pem(const test_certificate *certificate, char *text, size_t capacity);
// The key, encrypted if there is a password.
size_t test_certificate_key_pem(
    const test_certificate *certificate, const char *password, char *text, size_t capacity);

#endif

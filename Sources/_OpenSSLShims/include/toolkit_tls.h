// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

// What TransportTLS needs of OpenSSL 3, in a form that Swift imports: no macro, no header of OpenSSL. Nothing here does I/O on
// sockets; the only files read are those named. All text is NUL-terminated unless a length is given.

#ifndef TOOLKIT_TLS_H
#define TOOLKIT_TLS_H

#include <stddef.h>
#include <stdint.h>

// MARK: Contexts: what connections have in common. Reference-counted, safe to share between threads once built.

typedef struct ssl_ctx_st toolkit_tls_context;

toolkit_tls_context *toolkit_tls_context_new(int is_server);
void toolkit_tls_context_free(toolkit_tls_context *context);

// Versions are 2 for TLS 1.2 and 3 for TLS 1.3. Returns 0 if the library can't.
int toolkit_tls_context_versions(toolkit_tls_context *context, int minimum, int maximum);
// Either may be NULL, for the library's default. Returns 0 if nothing usable is left.
int toolkit_tls_context_ciphers(toolkit_tls_context *context, const char *ciphers, const char *suites);
int toolkit_tls_context_trust_system(toolkit_tls_context *context);
int toolkit_tls_context_trust_directory(toolkit_tls_context *context, const char *path);
// Returns how many certificates were added, or -1 if one is malformed.
int toolkit_tls_context_trust_pem(toolkit_tls_context *context, const uint8_t *pem, size_t count);

enum toolkit_tls_identity_result {
    TOOLKIT_TLS_IDENTITY_OK = 0,
    TOOLKIT_TLS_IDENTITY_BAD_CERTIFICATE,
    TOOLKIT_TLS_IDENTITY_BAD_KEY,
    TOOLKIT_TLS_IDENTITY_WRONG_PASSWORD,
    TOOLKIT_TLS_IDENTITY_MISMATCH,
};
// A certificate with its chain and the key. `password` may be NULL; nobody is ever asked for one.
int toolkit_tls_context_identity(
    toolkit_tls_context *context, const uint8_t *chain, size_t chain_count, const uint8_t *key, size_t key_count,
    const char *password);
// A server's: wants a certificate of its clients (1), insists on it (2).
void toolkit_tls_context_want_client(toolkit_tls_context *context, int how);
// A server's: how many tickets it sends at once in TLS 1.3.
void toolkit_tls_context_tickets(toolkit_tls_context *context, size_t count);

// MARK: Sessions to resume

typedef struct ssl_session_st toolkit_tls_session;
void toolkit_tls_session_free(toolkit_tls_session *session);
// Whether it may be offered once only (TLS 1.3).
int toolkit_tls_session_is_single_use(const toolkit_tls_session *session);

// MARK: Engines: one connection each. Not safe to share between threads without a lock.

typedef struct toolkit_tls toolkit_tls;

enum toolkit_tls_verification { TOOLKIT_TLS_VERIFY_NOTHING = 0, TOOLKIT_TLS_VERIFY_CHAIN, TOOLKIT_TLS_VERIFY_HOST };

// Is this text an IPv4 or IPv6 address?
int toolkit_tls_is_address(const char *text);
// A client's connection; NULL without memory, or if a name can't be one. `verified` is what the peer must be, `indicated` what it
// is asked for (NULL for none); `session` may be NULL and is left alone.
toolkit_tls *toolkit_tls_new_client(
    toolkit_tls_context *context, int verification, const char *verified, const char *indicated,
    toolkit_tls_session *session);
toolkit_tls *toolkit_tls_new_server(toolkit_tls_context *context);
void toolkit_tls_free(toolkit_tls *tls);

enum toolkit_tls_result {
    TOOLKIT_TLS_DONE = 0,
    TOOLKIT_TLS_WANTS_INPUT,
    TOOLKIT_TLS_END,
    TOOLKIT_TLS_FAILED,
};

// What came from the peer is lent for one call, which says how much of it was consumed.
typedef struct {
    const uint8_t *bytes;
    size_t count;
    size_t consumed;
} toolkit_tls_input;

int toolkit_tls_handshake(toolkit_tls *tls, toolkit_tls_input *input);
int toolkit_tls_read(toolkit_tls *tls, toolkit_tls_input *input, uint8_t *bytes, size_t capacity, size_t *count);
// How many bytes are there to be read without more input.
size_t toolkit_tls_pending(const toolkit_tls *tls);
// Lets what has come take effect, a failure for one, and leaves the bytes to be read.
int toolkit_tls_look(toolkit_tls *tls, toolkit_tls_input *input);
int toolkit_tls_write(toolkit_tls *tls, const uint8_t *bytes, size_t count, size_t *taken);
// Says goodbye to the peer, once.
void toolkit_tls_shut_down(toolkit_tls *tls);
// Changes this side's keys, and the peer's if it should (TLS 1.3).
int toolkit_tls_update_keys(toolkit_tls *tls, int also_peers);

// What is to be sent to the peer, until some of it was taken or another call is made.
const uint8_t *toolkit_tls_output(const toolkit_tls *tls, size_t *count);
void toolkit_tls_output_taken(toolkit_tls *tls, size_t count);
// The newest session that has come and not been taken, or NULL. The caller frees it.
toolkit_tls_session *toolkit_tls_take_session(toolkit_tls *tls);

int toolkit_tls_is_resumed(const toolkit_tls *tls);
const char *toolkit_tls_version(const toolkit_tls *tls);
const char *toolkit_tls_cipher(const toolkit_tls *tls);

// MARK: Failures

enum toolkit_tls_failure {
    TOOLKIT_TLS_FAILURE_OTHER = 0,
    TOOLKIT_TLS_FAILURE_EXPIRED,
    TOOLKIT_TLS_FAILURE_NOT_YET_VALID,
    TOOLKIT_TLS_FAILURE_WRONG_HOST,
    TOOLKIT_TLS_FAILURE_UNTRUSTED,
    TOOLKIT_TLS_FAILURE_REVOKED,
    TOOLKIT_TLS_FAILURE_REJECTED,
    TOOLKIT_TLS_FAILURE_NO_TLS,
    TOOLKIT_TLS_FAILURE_NO_COMMON_VERSION,
    TOOLKIT_TLS_FAILURE_NO_COMMON_PARAMETERS,
    TOOLKIT_TLS_FAILURE_CLIENT_CERTIFICATE_REQUIRED,
    TOOLKIT_TLS_FAILURE_CLIENT_CERTIFICATE_REFUSED,
};
// After TOOLKIT_TLS_FAILED. The text is the library's reason; the subject is that of the certificate in question; the names are
// those of the peer's certificate, one per line.
int toolkit_tls_failure_kind(const toolkit_tls *tls);
const char *toolkit_tls_failure_text(const toolkit_tls *tls);
const char *toolkit_tls_failure_subject(const toolkit_tls *tls);
const char *toolkit_tls_failure_names(const toolkit_tls *tls);

// MARK: Files

// What changes when a file is replaced or rewritten: time in seconds and nanoseconds, size, inode. Returns 0 or an errno.
int toolkit_tls_file_stamp(const char *path, int64_t stamp[4]);
// Reads up to `capacity` bytes. Returns how many, or an errno, negated.
ptrdiff_t toolkit_tls_file_read(const char *path, uint8_t *bytes, size_t capacity);
void toolkit_tls_errno_text(int number, char *text, size_t capacity);
// Overwrites what was secret.
void toolkit_tls_cleanse(uint8_t *bytes, size_t count);

#endif

// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#ifdef TOOLKIT_TLS

#include "engine.h"

#include <limits.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

enum { RECORD_HEADER = 5 };

// MARK: The library's view of the wire: reads what was lent, writes into memory that grows. Saves the copies of its own memory BIOs.

static int pipe_read(BIO *bio, char *bytes, int count) {
    toolkit_tls *tls = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    size_t available = tls->input == NULL ? 0 : tls->input->count - tls->input->consumed;
    if (available == 0) {
        BIO_set_retry_read(bio);
        return -1;
    }
    size_t taken = available < (size_t)count ? available : (size_t)count;
    memcpy(bytes, tls->input->bytes + tls->input->consumed, taken);
    tls->input->consumed += taken;
    return (int)taken;
}

static int pipe_write(BIO *bio, const char *bytes, int count) {
    toolkit_tls *tls = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (count <= 0) { return 0; }
    if (tls->capacity - tls->filled < (size_t)count) {
        size_t capacity = tls->capacity == 0 ? 8192 : tls->capacity;
        while (capacity - tls->filled < (size_t)count) { capacity *= 2; }
        uint8_t *grown = realloc(tls->output, capacity);
        if (grown == NULL) { return -1; }
        tls->output = grown;
        tls->capacity = capacity;
    }
    memcpy(tls->output + tls->filled, bytes, (size_t)count);
    tls->filled += (size_t)count;
    return count;
}

static long pipe_control(BIO *bio, int command, long number, void *pointer) {
    (void)bio, (void)number, (void)pointer;
    return command == BIO_CTRL_FLUSH;
}

static CRYPTO_ONCE once = CRYPTO_ONCE_STATIC_INIT;
static BIO_METHOD *method = NULL;

static void make_method(void) {
    BIO_METHOD *made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "valkey-toolkit");
    if (made == NULL) { return; }
    BIO_meth_set_read(made, pipe_read);
    BIO_meth_set_write(made, pipe_write);
    BIO_meth_set_ctrl(made, pipe_control);
    method = made;
}

BIO_METHOD *toolkit_tls_pipe(void) {
    return CRYPTO_THREAD_run_once(&once, make_method) == 1 ? method : NULL;
}

// MARK: Making and freeing

static toolkit_tls *new_engine(toolkit_tls_context *context) {
    BIO_METHOD *pipe = toolkit_tls_pipe();
    toolkit_tls *tls = pipe == NULL ? NULL : calloc(1, sizeof *tls);
    if (tls == NULL) { return NULL; }
    tls->ssl = SSL_new(context);
    BIO *bio = tls->ssl == NULL ? NULL : BIO_new(pipe);
    if (bio == NULL) {
        toolkit_tls_free(tls);
        return NULL;
    }
    BIO_set_data(bio, tls);
    BIO_set_init(bio, 1);
    SSL_set_bio(tls->ssl, bio, bio);
    SSL_set_app_data(tls->ssl, tls);
    return tls;
}

int toolkit_tls_is_address(const char *text) {
    ASN1_OCTET_STRING *address = a2i_IPADDRESS(text);
    ERR_clear_error();
    ASN1_OCTET_STRING_free(address);
    return address != NULL;
}

static int expect_name(SSL *ssl, const char *name) {
    X509_VERIFY_PARAM *parameters = SSL_get0_param(ssl);
    if (toolkit_tls_is_address(name)) { return X509_VERIFY_PARAM_set1_ip_asc(parameters, name); }
    // RFC 9525: names are in the certificate's list of names; its subject is for people.
    X509_VERIFY_PARAM_set_hostflags(
        parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    return X509_VERIFY_PARAM_set1_host(parameters, name, 0);
}

// MARK: A hello that a server without TLS answers
//
// Such a server takes the first bytes for a command in a line of its own, and waits for the line's end. It looks for that up to the
// first zero byte, the seventh of any hello, so it must be in the record's length: the fifth byte is a line feed, the fourth not
// zero. Then the server has a line of four bytes, knows no such command, and says so, where otherwise nobody would ever say a word.

static int filler_for(size_t length) {
    if (length >= 0x100 && length % 0x100 == '\n') { return -1; }
    // The extension's type and length are four bytes.
    size_t wanted = 0x100 + '\n';
    while (wanted < length + 4) { wanted += 0x100; }
    return (int)(wanted - length - 4);
}

int toolkit_tls_fill_hello(
    SSL *ssl, unsigned int type, unsigned int context, const unsigned char **bytes, size_t *count, X509 *certificate,
    size_t place, int *alert, void *argument) {
    (void)type, (void)context, (void)certificate, (void)place, (void)alert, (void)argument;
    static const unsigned char nothing[0x200];
    const toolkit_tls *tls = SSL_get_app_data(ssl);
    if (tls->filler < 0 || (size_t)tls->filler > sizeof nothing) { return 0; }
    *bytes = nothing;
    *count = (size_t)tls->filler;
    return 1;
}

static toolkit_tls *new_client(
    toolkit_tls_context *context, int verification, const char *verified, const char *indicated,
    toolkit_tls_session *session, int filler) {
    toolkit_tls *tls = new_engine(context);
    if (tls == NULL) { return NULL; }
    tls->filler = filler;
    int is_fine = 1;
    if (verification != TOOLKIT_TLS_VERIFY_NOTHING) { SSL_set_verify(tls->ssl, SSL_VERIFY_PEER, toolkit_tls_verified); }
    if (verification == TOOLKIT_TLS_VERIFY_HOST) {
        is_fine = verified != NULL && expect_name(tls->ssl, verified) == 1;
    }
    if (is_fine && indicated != NULL) { is_fine = SSL_set_tlsext_host_name(tls->ssl, indicated) == 1; }
    if (is_fine && session != NULL) { is_fine = SSL_set_session(tls->ssl, session) == 1; }
    SSL_set_cert_cb(tls->ssl, toolkit_tls_asked_for_certificate, tls);
    SSL_set_connect_state(tls->ssl);
    ERR_clear_error();
    if (is_fine) { return tls; }
    toolkit_tls_free(tls);
    return NULL;
}

toolkit_tls *toolkit_tls_new_client(
    toolkit_tls_context *context, int verification, const char *verified, const char *indicated,
    toolkit_tls_session *session) {
    // How long a hello is, only a hello tells: this one is thrown away.
    toolkit_tls *draft = new_client(context, verification, verified, indicated, session, -1);
    if (draft == NULL) { return NULL; }
    toolkit_tls_input nothing = {NULL, 0, 0};
    toolkit_tls_handshake(draft, &nothing);
    int filler = draft->filled > RECORD_HEADER ? filler_for(draft->filled - RECORD_HEADER) : -1;
    toolkit_tls_free(draft);
    return new_client(context, verification, verified, indicated, session, filler);
}

toolkit_tls *toolkit_tls_new_server(toolkit_tls_context *context) {
    toolkit_tls *tls = new_engine(context);
    if (tls != NULL) { SSL_set_accept_state(tls->ssl); }
    return tls;
}

void toolkit_tls_free(toolkit_tls *tls) {
    if (tls == NULL) { return; }
    SSL_free(tls->ssl);
    SSL_SESSION_free(tls->session);
    if (tls->output != NULL) { OPENSSL_cleanse(tls->output, tls->capacity); }
    free(tls->output);
    free(tls);
}

// MARK: Working

static int judge(toolkit_tls *tls, int result) {
    tls->input = NULL;
    if (result > 0) { return TOOLKIT_TLS_DONE; }
    switch (SSL_get_error(tls->ssl, result)) {
    case SSL_ERROR_WANT_READ: return TOOLKIT_TLS_WANTS_INPUT;
    case SSL_ERROR_ZERO_RETURN: return TOOLKIT_TLS_END;
    default: toolkit_tls_note_failure(tls); return TOOLKIT_TLS_FAILED;
    }
}

int toolkit_tls_handshake(toolkit_tls *tls, toolkit_tls_input *input) {
    ERR_clear_error();
    tls->input = input;
    return judge(tls, SSL_do_handshake(tls->ssl));
}

int toolkit_tls_read(toolkit_tls *tls, toolkit_tls_input *input, uint8_t *bytes, size_t capacity, size_t *count) {
    size_t total = 0;
    int result = TOOLKIT_TLS_DONE;
    // Each call of the library gives one record at most.
    while (total < capacity && result == TOOLKIT_TLS_DONE) {
        size_t part = 0;
        ERR_clear_error();
        tls->input = input;
        result = judge(tls, SSL_read_ex(tls->ssl, bytes + total, capacity - total, &part));
        total += part;
        // Another call would only find out the same.
        if (input->consumed == input->count && SSL_pending(tls->ssl) == 0) { break; }
    }
    *count = total;
    return result;
}

size_t toolkit_tls_pending(const toolkit_tls *tls) { return (size_t)SSL_pending(tls->ssl); }

int toolkit_tls_look(toolkit_tls *tls, toolkit_tls_input *input) {
    uint8_t byte;
    size_t count = 0;
    ERR_clear_error();
    tls->input = input;
    return judge(tls, SSL_peek_ex(tls->ssl, &byte, 1, &count));
}

int toolkit_tls_write(toolkit_tls *tls, const uint8_t *bytes, size_t count, size_t *taken) {
    *taken = 0;
    if (count == 0) { return TOOLKIT_TLS_DONE; }
    ERR_clear_error();
    return judge(tls, SSL_write_ex(tls->ssl, bytes, count, taken));
}

void toolkit_tls_shut_down(toolkit_tls *tls) {
    ERR_clear_error();
    if (SSL_is_init_finished(tls->ssl) && !(SSL_get_shutdown(tls->ssl) & SSL_SENT_SHUTDOWN)) { SSL_shutdown(tls->ssl); }
    ERR_clear_error();
}

int toolkit_tls_update_keys(toolkit_tls *tls, int also_peers) {
    ERR_clear_error();
    int kind = also_peers ? SSL_KEY_UPDATE_REQUESTED : SSL_KEY_UPDATE_NOT_REQUESTED;
    int result = SSL_key_update(tls->ssl, kind);
    return result == 1 ? judge(tls, SSL_do_handshake(tls->ssl)) : judge(tls, result);
}

const uint8_t *toolkit_tls_output(const toolkit_tls *tls, size_t *count) {
    *count = tls->filled - tls->sent;
    return tls->output == NULL ? NULL : tls->output + tls->sent;
}

void toolkit_tls_output_taken(toolkit_tls *tls, size_t count) {
    tls->sent += count;
    if (tls->sent == tls->filled) { tls->sent = tls->filled = 0; }
}

int toolkit_tls_keep_session(SSL *ssl, SSL_SESSION *session) {
    toolkit_tls *tls = SSL_get_app_data(ssl);
    if (tls == NULL || !SSL_SESSION_is_resumable(session)) { return 0; }
    SSL_SESSION_free(tls->session);
    tls->session = session;
    return 1;
}

toolkit_tls_session *toolkit_tls_take_session(toolkit_tls *tls) {
    SSL_SESSION *session = tls->session;
    tls->session = NULL;
    return session;
}

int toolkit_tls_is_resumed(const toolkit_tls *tls) { return SSL_session_reused(tls->ssl); }
const char *toolkit_tls_version(const toolkit_tls *tls) { return SSL_get_version(tls->ssl); }
const char *toolkit_tls_cipher(const toolkit_tls *tls) {
    const char *name = SSL_get_cipher_name(tls->ssl);
    return name == NULL ? "" : name;
}

#endif

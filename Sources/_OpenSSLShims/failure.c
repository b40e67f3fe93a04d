// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#ifdef TOOLKIT_TLS

#include "engine.h"

#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

// MARK: What is wrong with a certificate

static int kind_of_verification(int error) {
    switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED: return TOOLKIT_TLS_FAILURE_EXPIRED;
    case X509_V_ERR_CERT_NOT_YET_VALID: return TOOLKIT_TLS_FAILURE_NOT_YET_VALID;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH: return TOOLKIT_TLS_FAILURE_WRONG_HOST;
    case X509_V_ERR_CERT_REVOKED: return TOOLKIT_TLS_FAILURE_REVOKED;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
    case X509_V_ERR_CERT_UNTRUSTED: return TOOLKIT_TLS_FAILURE_UNTRUSTED;
    default: return TOOLKIT_TLS_FAILURE_REJECTED;
    }
}

// Printable ASCII, so that a peer's certificate can't write into anybody's log what it likes.
static void append_text(char *target, size_t capacity, const unsigned char *text, size_t count) {
    size_t end = strlen(target);
    for (size_t i = 0; i < count && end + 1 < capacity; i++) {
        target[end++] = text[i] >= 0x20 && text[i] < 0x7f ? (char)text[i] : '?';
    }
    target[end] = 0;
}

static void note_subject(toolkit_tls *tls, X509 *certificate) {
    BIO *memory = BIO_new(BIO_s_mem());
    if (memory == NULL) { return; }
    X509_NAME_print_ex(memory, X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
    char *text = NULL;
    long count = BIO_get_mem_data(memory, &text);
    tls->subject[0] = 0;
    if (count > 0) { append_text(tls->subject, sizeof tls->subject, (const unsigned char *)text, (size_t)count); }
    BIO_free(memory);
}

static void note_address(toolkit_tls *tls, const unsigned char *bytes, int count) {
    char text[64] = "";
    size_t used = 0;
    for (int i = 0; i < count && count == 4; i++) {
        used += (size_t)snprintf(text + used, sizeof text - used, i == 0 ? "%d" : ".%d", bytes[i]);
    }
    for (int i = 0; i + 1 < count && count == 16; i += 2) {
        used += (size_t)snprintf(text + used, sizeof text - used, i == 0 ? "%x" : ":%x", bytes[i] << 8 | bytes[i + 1]);
    }
    append_text(tls->names, sizeof tls->names, (const unsigned char *)text, used);
}

static void note_names(toolkit_tls *tls, X509 *certificate) {
    tls->names[0] = 0;
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
        size_t before = strlen(tls->names);
        if (name->type == GEN_DNS) {
            append_text(
                tls->names, sizeof tls->names, ASN1_STRING_get0_data(name->d.dNSName),
                (size_t)ASN1_STRING_length(name->d.dNSName));
        } else if (name->type == GEN_IPADD) {
            note_address(tls, ASN1_STRING_get0_data(name->d.iPAddress), ASN1_STRING_length(name->d.iPAddress));
        }
        size_t end = strlen(tls->names);
        if (end > before && end + 1 < sizeof tls->names) { strcpy(tls->names + end, "\n"); }
    }
    GENERAL_NAMES_free(names);
}

int toolkit_tls_verified(int is_ok, X509_STORE_CTX *store) {
    if (is_ok) { return 1; }
    SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    toolkit_tls *tls = ssl == NULL ? NULL : SSL_get_app_data(ssl);
    if (tls == NULL) { return 0; }
    int error = X509_STORE_CTX_get_error(store);
    tls->kind = kind_of_verification(error);
    snprintf(tls->text, sizeof tls->text, "%s", X509_verify_cert_error_string(error));
    X509 *certificate = X509_STORE_CTX_get_current_cert(store);
    if (certificate == NULL) { certificate = X509_STORE_CTX_get0_cert(store); }
    if (certificate != NULL) { note_subject(tls, certificate); }
    if (X509_STORE_CTX_get0_cert(store) != NULL) { note_names(tls, X509_STORE_CTX_get0_cert(store)); }
    return 0;
}

int toolkit_tls_asked_for_certificate(SSL *ssl, void *tls) {
    (void)ssl;
    ((toolkit_tls *)tls)->was_asked_for_certificate = 1;
    return 1;
}

// MARK: What else goes wrong

static int kind_of_reason(const toolkit_tls *tls, int reason) {
    int has_certificate = SSL_get_certificate(tls->ssl) != NULL;
    int lacks_certificate = tls->was_asked_for_certificate && !has_certificate;
    switch (reason) {
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_HTTPS_PROXY_REQUEST:
    case SSL_R_BAD_PROTOCOL_VERSION_NUMBER:
        return SSL_is_init_finished(tls->ssl) ? TOOLKIT_TLS_FAILURE_OTHER : TOOLKIT_TLS_FAILURE_NO_TLS;
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
    case SSL_R_VERSION_TOO_LOW:
    case SSL_R_WRONG_SSL_VERSION:
    case SSL_R_NO_PROTOCOLS_AVAILABLE: return TOOLKIT_TLS_FAILURE_NO_COMMON_VERSION;
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED: return TOOLKIT_TLS_FAILURE_CLIENT_CERTIFICATE_REQUIRED;
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
        return lacks_certificate ? TOOLKIT_TLS_FAILURE_CLIENT_CERTIFICATE_REQUIRED
                                 : TOOLKIT_TLS_FAILURE_NO_COMMON_PARAMETERS;
    case SSL_R_NO_SHARED_CIPHER:
    case SSL_R_NO_CIPHERS_AVAILABLE:
    case SSL_R_NO_SUITABLE_GROUPS:
    case SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM:
    case SSL_R_TLSV1_ALERT_INSUFFICIENT_SECURITY: return TOOLKIT_TLS_FAILURE_NO_COMMON_PARAMETERS;
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
        return lacks_certificate ? TOOLKIT_TLS_FAILURE_CLIENT_CERTIFICATE_REQUIRED
                                 : TOOLKIT_TLS_FAILURE_CLIENT_CERTIFICATE_REFUSED;
    default: return TOOLKIT_TLS_FAILURE_OTHER;
    }
}

void toolkit_tls_note_failure(toolkit_tls *tls) {
    // The first error is the cause; a certificate's was noted when it was found.
    unsigned long error = ERR_peek_error();
    int reason = ERR_GET_REASON(error);
    if (tls->text[0] == 0) {
        if (ERR_GET_LIB(error) == ERR_LIB_SSL) { tls->kind = kind_of_reason(tls, reason); }
        const char *text = error == 0 ? NULL : ERR_reason_error_string(error);
        snprintf(tls->text, sizeof tls->text, "%s", text == NULL ? "unknown reason" : text);
    }
    ERR_clear_error();
}

int toolkit_tls_failure_kind(const toolkit_tls *tls) { return tls->kind; }
const char *toolkit_tls_failure_text(const toolkit_tls *tls) { return tls->text; }
const char *toolkit_tls_failure_subject(const toolkit_tls *tls) { return tls->subject; }
const char *toolkit_tls_failure_names(const toolkit_tls *tls) { return tls->names; }

#endif

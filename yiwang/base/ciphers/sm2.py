"""SM2 signatures over SM3 (GB/T 32918.2, GM/T 0009) through the system's OpenSSL, by ctypes. Pure: no Django, no storage.

The signer's distinguishing identifier is the customary ``1234567812345678`` unless another is given. Signatures are DER.
The library frees the interpreter lock while it works, so threads sign side by side.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from functools import cache
from typing import Final

from yiwang.standards.errors import InvalidInput, Unavailable

DEFAULT_ID: Final = b"1234567812345678"
_SM2: Final = 1172  # NID_sm2
_LONGEST: Final = 80  # a DER signature has at most 72 bytes

_Pointer = ctypes.c_void_p
_Buffer = ctypes.c_char_p
_SIGNATURES: Final = {
    "EVP_PKEY_CTX_new_id": (_Pointer, [ctypes.c_int, _Pointer]),
    "EVP_PKEY_CTX_new": (_Pointer, [_Pointer, _Pointer]),
    "EVP_PKEY_CTX_free": (None, [_Pointer]),
    "EVP_PKEY_CTX_set1_id": (ctypes.c_int, [_Pointer, _Buffer, ctypes.c_size_t]),
    "EVP_PKEY_keygen_init": (ctypes.c_int, [_Pointer]),
    "EVP_PKEY_keygen": (ctypes.c_int, [_Pointer, ctypes.POINTER(_Pointer)]),
    "EVP_PKEY_free": (None, [_Pointer]),
    "EVP_PKEY_is_a": (ctypes.c_int, [_Pointer, _Buffer]),
    "EVP_MD_CTX_new": (_Pointer, []),
    "EVP_MD_CTX_free": (None, [_Pointer]),
    "EVP_MD_CTX_set_pkey_ctx": (None, [_Pointer, _Pointer]),
    "EVP_sm3": (_Pointer, []),
    "EVP_DigestSignInit": (ctypes.c_int, [_Pointer, _Pointer, _Pointer, _Pointer, _Pointer]),
    "EVP_DigestSign": (ctypes.c_int, [_Pointer, _Buffer, ctypes.POINTER(ctypes.c_size_t), _Buffer, ctypes.c_size_t]),
    "EVP_DigestVerifyInit": (ctypes.c_int, [_Pointer, _Pointer, _Pointer, _Pointer, _Pointer]),
    "EVP_DigestVerify": (ctypes.c_int, [_Pointer, _Buffer, ctypes.c_size_t, _Buffer, ctypes.c_size_t]),
    "i2d_PUBKEY": (ctypes.c_int, [_Pointer, ctypes.POINTER(_Pointer)]),
    "i2d_PrivateKey": (ctypes.c_int, [_Pointer, ctypes.POINTER(_Pointer)]),
    "d2i_PUBKEY": (_Pointer, [_Pointer, ctypes.POINTER(_Buffer), ctypes.c_long]),
    "d2i_AutoPrivateKey": (_Pointer, [_Pointer, ctypes.POINTER(_Buffer), ctypes.c_long]),
    "CRYPTO_free": (None, [_Pointer, _Buffer, ctypes.c_int]),
    "ERR_get_error": (ctypes.c_ulong, []),
    "ERR_error_string_n": (None, [ctypes.c_ulong, _Buffer, ctypes.c_size_t]),
    "ERR_clear_error": (None, []),
}


class CryptographyUnavailable(Unavailable):
    """本机没有可用的国密算法库:请安装 OpenSSL 3(Debian:apt-get install openssl libssl3),然后重新启动。"""

    code = "cryptography_unavailable"


class BadKey(InvalidInput):
    """密钥无法读取:应为 SM2 公钥或私钥,请检查内容是否完整。"""

    code = "bad_key"


@cache
def library() -> ctypes.CDLL:
    """The system's libcrypto with typed functions; CryptographyUnavailable where it is missing or older than 3."""
    name = ctypes.util.find_library("crypto") or "libcrypto.so.3"
    try:
        loaded = ctypes.CDLL(name)
        for function, (result, arguments) in _SIGNATURES.items():
            entry = getattr(loaded, function)
            entry.restype, entry.argtypes = result, arguments
    except (OSError, AttributeError) as error:
        raise CryptographyUnavailable() from error
    return loaded


def _fail(act: str) -> CryptographyUnavailable:
    crypto = library()
    text = ctypes.create_string_buffer(256)
    crypto.ERR_error_string_n(crypto.ERR_get_error(), text, len(text))
    crypto.ERR_clear_error()
    return CryptographyUnavailable(f"SM2 运算失败({act}):{text.value.decode(errors='replace')};请检查 OpenSSL 是否完整后重试。")


class Key:
    """A loaded SM2 key; freed with the object. ``secret`` says whether it can sign."""

    __slots__ = ("handle", "secret")

    def __init__(self, handle: int, *, secret: bool) -> None:
        self.handle = handle
        self.secret = secret

    def __del__(self) -> None:
        """Give the key back to the library."""
        library().EVP_PKEY_free(self.handle)

    def private_der(self) -> bytes:
        """The private key as ECPrivateKey (RFC 5915) in DER."""
        return _encode("i2d_PrivateKey", self.handle)

    def public_der(self) -> bytes:
        """The public key as SubjectPublicKeyInfo in DER."""
        return _encode("i2d_PUBKEY", self.handle)


def generate() -> Key:
    """A new key pair."""
    crypto = library()
    context = crypto.EVP_PKEY_CTX_new_id(_SM2, None)
    handle = _Pointer()
    try:
        if not context or crypto.EVP_PKEY_keygen_init(context) != 1 or crypto.EVP_PKEY_keygen(context, ctypes.byref(handle)) != 1:
            raise _fail("生成密钥")
    finally:
        crypto.EVP_PKEY_CTX_free(context)
    assert handle.value is not None
    return Key(handle.value, secret=True)


def load_private(der: bytes) -> Key:
    """A private key from ``Key.private_der`` or PKCS#8 DER; BadKey for anything else."""
    return _decode("d2i_AutoPrivateKey", der, secret=True)


def load_public(der: bytes) -> Key:
    """A public key from SubjectPublicKeyInfo DER; BadKey for anything that is not an SM2 key."""
    return _decode("d2i_PUBKEY", der, secret=False)


def sign(key: Key, data: bytes, *, identity: bytes = DEFAULT_ID) -> bytes:
    """The DER signature of SM3(Z ‖ data)."""
    crypto = library()
    parameters, context = _contexts(key, identity)
    signature = ctypes.create_string_buffer(_LONGEST)
    length = ctypes.c_size_t(_LONGEST)
    try:
        if crypto.EVP_DigestSignInit(context, None, crypto.EVP_sm3(), None, key.handle) != 1:
            raise _fail("准备签名")
        if crypto.EVP_DigestSign(context, signature, ctypes.byref(length), data, len(data)) != 1:
            raise _fail("签名")
    finally:
        crypto.EVP_MD_CTX_free(context)
        crypto.EVP_PKEY_CTX_free(parameters)
    return signature.raw[: length.value]


def verify(key: Key, data: bytes, signature: bytes, *, identity: bytes = DEFAULT_ID) -> bool:
    """Whether the DER signature is the key's over the data; False also for a malformed signature."""
    crypto = library()
    parameters, context = _contexts(key, identity)
    try:
        if crypto.EVP_DigestVerifyInit(context, None, crypto.EVP_sm3(), None, key.handle) != 1:
            raise _fail("准备验签")
        held: bool = crypto.EVP_DigestVerify(context, signature, len(signature), data, len(data)) == 1
    finally:
        crypto.EVP_MD_CTX_free(context)
        crypto.EVP_PKEY_CTX_free(parameters)
    if not held:
        crypto.ERR_clear_error()
    return held


def _contexts(key: Key, identity: bytes) -> tuple[int, int]:
    """A parameter context that carries the distinguishing identifier, and the digest context it is bound to."""
    crypto = library()
    parameters = crypto.EVP_PKEY_CTX_new(key.handle, None)
    if not parameters or crypto.EVP_PKEY_CTX_set1_id(parameters, identity, len(identity)) != 1:
        crypto.EVP_PKEY_CTX_free(parameters)
        raise _fail("设置签名者标识")
    context = crypto.EVP_MD_CTX_new()
    crypto.EVP_MD_CTX_set_pkey_ctx(context, parameters)
    return parameters, context


def _encode(function: str, handle: int) -> bytes:
    crypto = library()
    output = _Pointer()
    length = getattr(crypto, function)(handle, ctypes.byref(output))
    if length <= 0 or output.value is None:
        raise _fail("写出密钥")
    try:
        return ctypes.string_at(output.value, length)
    finally:
        crypto.CRYPTO_free(output, b"", 0)


def _decode(function: str, der: bytes, *, secret: bool) -> Key:
    crypto = library()
    cursor = _Buffer(der)
    handle = getattr(crypto, function)(None, ctypes.byref(cursor), len(der))
    if not handle:
        crypto.ERR_clear_error()
        raise BadKey()
    key = Key(handle, secret=secret)
    if crypto.EVP_PKEY_is_a(handle, b"SM2") != 1:
        raise BadKey("这不是 SM2 密钥:请提供国密 SM2 算法的密钥。")
    return key

internal import CPAM
private import Glibc
internal import LinuxSystem
private import Synchronization

/// A transaction with PAM, ended in `deinit`. It belongs to the thread that made it.
struct PAMHandle: ~Copyable {
    private let handle: OpaquePointer
    /// PAM holds its address.
    private let conversation: Conversation
    private var status: Int32 = PAM_SUCCESS

    init(service: String, user: String, conversation: Conversation) throws(PAMError) {
        var handle: OpaquePointer?
        // SAFETY: PAM copies the structure; `conversation` lives as long as the handle, which `deinit` ends before letting go of it.
        var callback = pam_conv(conv: converse, appdata_ptr: Unmanaged.passUnretained(conversation).toOpaque())
        let status = pam_start(service, user, &callback, &handle)
        guard status == PAM_SUCCESS, let handle else { throw PAMError("cannot start (\(status))") }
        self.handle = handle
        self.conversation = conversation
    }

    deinit { withExtendedLifetime(conversation) { _ = pam_end(handle, status) } }

    func set(_ item: Int32, _ value: String) throws(PAMError) {
        let status = value.withCString { pam_set_item(handle, item, $0) }
        guard status == PAM_SUCCESS else { throw PAMError(text(of: status)) }
    }

    func authenticate(_ flags: Int32) -> Int32 { pam_authenticate(handle, flags) }
    func checkAccount(_ flags: Int32) -> Int32 { pam_acct_mgmt(handle, flags) }

    /// The user the modules speak of.
    var user: String? {
        var item: UnsafeRawPointer?
        guard pam_get_item(handle, PAM_USER, &item) == PAM_SUCCESS, let item else { return nil }
        // SAFETY: PAM_USER is a string of the handle's (pam_get_item(3)); it is copied.
        return String(cString: item.assumingMemoryBound(to: CChar.self))
    }

    func text(of status: Int32) -> String {
        // SAFETY: pam_strerror(3) returns a constant string.
        pam_strerror(handle, status).map { String(cString: $0) } ?? "error \(status)"
    }
}

/// Hands the questions of modules to a closure, until it is abandoned.
final class Conversation: Sendable {
    private let answer: @Sendable (PAMQuestion) -> SecretBytes?
    private let isAbandoned = Mutex(false)
    private let isUnanswered = Mutex(false)

    init(_ answer: @escaping @Sendable (PAMQuestion) -> SecretBytes?) { self.answer = answer }

    /// From now on every question is answered with an error.
    func abandon() { isAbandoned.withLock { $0 = true } }

    /// Whether a question had no answer that could be handed on.
    var wasUnanswered: Bool { isUnanswered.withLock(\.self) }

    /// Answers questions in the form of pam_conv(3).
    func reply(
        to messages: UnsafeMutablePointer<UnsafePointer<pam_message>?>, count: Int
    ) -> UnsafeMutablePointer<pam_response>? {
        guard let memory = calloc(count, MemoryLayout<pam_response>.stride) else { return nil }
        // SAFETY: calloc(3) aligns for every type, and all zeros is an empty response.
        let responses = memory.bindMemory(to: pam_response.self, capacity: count)
        for index in 0..<count {
            // SAFETY: PAM hands over an array of `count` pointers to messages (Linux-PAM's reading of the interface).
            guard let message = messages[index]?.pointee, let question = PAMQuestion(message),
                ask(question, &responses[index])
            else {
                Self.free(responses, count: count)
                return nil
            }
        }
        return responses
    }

    /// False when the person gave up, or the answer cannot be one.
    private func ask(_ question: PAMQuestion, _ response: inout pam_response) -> Bool {
        guard !isAbandoned.withLock(\.self) else { return false }
        let secret = answer(question)
        guard question.needsAnswer else { return true }
        guard let secret, secret.count < PAM_MAX_RESP_SIZE, let copy = Self.copy(secret) else {
            isUnanswered.withLock { $0 = true }
            return false
        }
        response.resp = copy
        return true
    }

    /// A C string that PAM wipes and frees; nil when the secret holds NUL, and would be cut there.
    private static func copy(_ secret: SecretBytes) -> UnsafeMutablePointer<CChar>? {
        secret.withBytes { bytes in
            guard !bytes.contains(0), let copy = calloc(bytes.count + 1, 1) else { return nil }
            // SAFETY: there is room for the bytes and the NUL that calloc(3) left after them.
            if let start = bytes.baseAddress { memcpy(copy, start, bytes.count) }
            return copy.bindMemory(to: CChar.self, capacity: bytes.count + 1)
        }
    }

    private static func free(_ responses: UnsafeMutablePointer<pam_response>, count: Int) {
        for index in 0..<count {
            guard let text = responses[index].resp else { continue }
            // SAFETY: each is a C string from calloc(3), and nobody else has it.
            explicit_bzero(text, strlen(text))
            Glibc.free(text)
        }
        Glibc.free(responses)
    }
}

extension PAMQuestion {
    fileprivate init?(_ message: pam_message) {
        guard let text = message.msg.map({ String(cString: $0) }) else { return nil }
        switch message.msg_style {
        case PAM_PROMPT_ECHO_OFF: self = .secret(text)
        case PAM_PROMPT_ECHO_ON: self = .visible(text)
        case PAM_TEXT_INFO: self = .information(text)
        case PAM_ERROR_MSG: self = .error(text)
        default: return nil
        }
    }
}

private func converse(
    _ count: Int32, _ messages: UnsafeMutablePointer<UnsafePointer<pam_message>?>?,
    _ responses: UnsafeMutablePointer<UnsafeMutablePointer<pam_response>?>?, _ context: UnsafeMutableRawPointer?
) -> Int32 {
    guard let messages, let responses, let context, (1...PAM_MAX_NUM_MSG).contains(count) else { return PAM_CONV_ERR }
    // SAFETY: the context is the conversation that the handle keeps alive.
    let conversation = Unmanaged<Conversation>.fromOpaque(context).takeUnretainedValue()
    guard let reply = conversation.reply(to: messages, count: Int(count)) else { return PAM_CONV_ERR }
    responses.pointee = reply
    return PAM_SUCCESS
}

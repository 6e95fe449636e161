//! Responses of the server: GET, HEAD, PUT, a listing, and uploads in parts.

use std::io::Write;
use std::net::TcpStream;
use std::thread;

use super::{BadS3, Mood, Request};

/// An error as S3 words it.
fn error(code: &str) -> String {
    format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>no</Message></Error>")
}

impl BadS3 {
    /// Answers a request; `None` ends the connection.
    pub(super) fn answer(
        &self,
        stream: &mut TcpStream,
        request: Request,
        mood: Mood,
    ) -> Option<()> {
        let method = request.method.clone();
        let mut say = |status: u16, headers: &str, text: &str| {
            send(
                stream,
                &method,
                status,
                headers,
                text.as_bytes(),
                text.len(),
            )
        };
        match mood {
            Mood::Status(status, code) => return say(status, "", &error(code)),
            Mood::Within => return say(200, "", &error("InternalError")),
            Mood::Closed => return None,
            Mood::Half if method == "PUT" => return None,
            Mood::Noise => return stream.write_all(b"\x00\xffSSH-2.0\r\n\r\n").ok().and(None),
            Mood::Late(time) => thread::sleep(time),
            Mood::Good | Mood::Half | Mood::Wrong | Mood::Unsaid => {}
        }
        let is_read = matches!(method.as_str(), "GET" | "HEAD");
        if is_read && request.key.is_empty() {
            let text = "<?xml version=\"1.0\"?><ListBucketResult><IsTruncated>false</IsTruncated><KeyCount>0</KeyCount></ListBucketResult>";
            return say(200, "", text);
        }
        if is_read {
            return self.read(stream, &request, mood);
        }
        let (status, headers, text) = self.write(request);
        match mood {
            Mood::Unsaid => None,
            _ => say(status, &headers, &text),
        }
    }

    /// Does what changes something; the answer's status, headers and body.
    fn write(&self, request: Request) -> (u16, String, String) {
        let key = request.key.clone();
        let result = |name: &str, inside: &str| {
            let text = format!("<?xml version=\"1.0\"?><{name}>{inside}</{name}>");
            (200, String::new(), text)
        };
        self.with(|state| {
            let id = request.upload().unwrap_or_default().to_owned();
            if !id.is_empty() && !state.uploads.contains_key(&id) {
                return (404, String::new(), error("NoSuchUpload"));
            }
            let is_there = request.is_new && state.objects.contains_key(&key);
            let part = request.query.get("partNumber");
            match (
                request.method.as_str(),
                part.and_then(|part| part.parse().ok()),
            ) {
                ("PUT", Some(number)) => {
                    let parts = state.uploads.entry(id).or_default();
                    parts.insert(number, request.body);
                    (200, format!("ETag: \"{number}\"\r\n"), String::new())
                }
                ("DELETE", _) => {
                    state.uploads.remove(&id);
                    (204, String::new(), String::new())
                }
                ("PUT" | "POST", _) if is_there => {
                    (412, String::new(), error("PreconditionFailed"))
                }
                ("PUT", None) => {
                    state.objects.insert(key, request.body);
                    (200, "ETag: \"0\"\r\n".into(), String::new())
                }
                ("POST", _) if id.is_empty() => {
                    state.begun += 1;
                    let id = format!("upload-{}", state.begun);
                    state.uploads.insert(id.clone(), Default::default());
                    let inside = format!("<UploadId>{id}</UploadId>");
                    result("InitiateMultipartUploadResult", &inside)
                }
                ("POST", _) => {
                    // Only what the completion names, as S3 does.
                    let named = String::from_utf8_lossy(&request.body).into_owned();
                    let parts = state.uploads.remove(&id).unwrap_or_default();
                    let named = parts.into_iter().filter(|(number, _)| {
                        named.contains(&format!("<PartNumber>{number}</PartNumber>"))
                    });
                    let bytes = named.flat_map(|(_, bytes)| bytes).collect();
                    state.objects.insert(key, bytes);
                    result("CompleteMultipartUploadResult", "<ETag>\"0\"</ETag>")
                }
                _ => (405, String::new(), error("MethodNotAllowed")),
            }
        })
    }

    /// An object, or a range of it.
    fn read(&self, stream: &mut TcpStream, request: &Request, mood: Mood) -> Option<()> {
        let method = request.method.as_str();
        let Some(mut bytes) = self.get(&request.key) else {
            let text = error("NoSuchKey");
            return send(stream, method, 404, "", text.as_bytes(), text.len());
        };
        let whole = bytes.len();
        if mood == Mood::Wrong {
            bytes.iter_mut().for_each(|byte| *byte ^= 0x55);
        }
        let (from, to) = request.range.map_or((0, whole), |(from, to)| {
            (from.min(whole), to.saturating_add(1).min(whole))
        });
        let part = &bytes[from..to.max(from)];
        let status = if request.range.is_some() { 206 } else { 200 };
        let headers = format!(
            "ETag: \"{whole}\"\r\nLast-Modified: Fri, 02 Jan 2026 03:04:05 GMT\r\nContent-Range: bytes {from}-{}/{whole}\r\n",
            to.saturating_sub(1)
        );
        let sent = if mood == Mood::Half {
            &part[..part.len() / 2]
        } else {
            part
        };
        send(stream, method, status, &headers, sent, part.len())?;
        (mood != Mood::Half).then_some(())
    }
}

/// Sends an answer whose head states `length`.
fn send(
    stream: &mut TcpStream,
    method: &str,
    status: u16,
    headers: &str,
    body: &[u8],
    length: usize,
) -> Option<()> {
    let head = format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).ok()?;
    if method != "HEAD" {
        stream.write_all(body).ok()?;
    }
    Some(())
}

//! Content negotiation: the header `accept`, RFC 9110, section 12.5.1.

/// The index of the offer that a client prefers: its media types are those of the highest weight,
/// of equal ones the first that the header names. The offer `default` is chosen without a header, and
/// by wildcards that fit it. `None` if the client accepts none.
pub fn preferred(accept: Option<&str>, offers: &[&[&str]], default: usize) -> Option<usize> {
    let accept = accept.map(str::trim).filter(|accept| !accept.is_empty());
    let Some(accept) = accept else {
        return Some(default);
    };
    let mut best: Option<(f64, usize)> = None;
    for range in accept.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let media_type = parts.next().unwrap_or_default();
        let weight = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
        let weight = weight.and_then(|weight| weight.trim().parse().ok());
        let weight: f64 = weight.unwrap_or(1.0);
        let fits = |offer: &&[&str]| offer.iter().any(|offered| is_within(offered, media_type));
        let offer = match fits(&offers[default]) {
            true => Some(default),
            false => offers.iter().position(fits),
        };
        if let Some(offer) = offer
            && weight > best.map_or(0.0, |(best, _)| best)
        {
            best = Some((weight, offer));
        }
    }
    best.map(|(_, offer)| offer)
}

/// True if a media type is within a range such as `text/*`.
fn is_within(media_type: &str, range: &str) -> bool {
    match range.strip_suffix('*') {
        Some("*/") => true,
        Some(start) => {
            let own = media_type.get(..start.len()).unwrap_or_default();
            start.ends_with('/') && own.eq_ignore_ascii_case(start)
        }
        None => media_type.eq_ignore_ascii_case(range),
    }
}

#[cfg(test)]
mod tests {
    use super::preferred;

    #[test]
    fn the_heaviest_type_counts_then_the_first() {
        let offers: [&[&str]; 3] = [
            &["application/json"],
            &["application/jsonlines", "application/x-ndjson"],
            &["text/csv"],
        ];
        for (accept, expected) in [
            (None, Some(2)),
            (Some(""), Some(2)),
            (Some("*/*"), Some(2)),
            (Some("application/json"), Some(0)),
            (Some("Application/JSON; charset=utf-8"), Some(0)),
            (Some("application/x-ndjson"), Some(1)),
            (Some("application/*"), Some(0)),
            (Some("text/*, application/json;q=0.9"), Some(2)),
            (Some("text/csv;q=0.5, application/json"), Some(0)),
            (Some("application/xml, application/json;q=0.1"), Some(0)),
            (Some("application/json, text/csv"), Some(0)),
            (Some("application/xml"), None),
            (Some("application/json;q=0"), None),
            (Some("*"), None),
            (Some("text*"), None),
        ] {
            assert_eq!(preferred(accept, &offers, 2), expected, "{accept:?}");
        }
    }
}

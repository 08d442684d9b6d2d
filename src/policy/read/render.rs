//! `render`.

use crate::policy::settings::{Render, RenderHelm};

use super::decode::{Reader, Value};

/// What the user's own tools render.
pub(super) fn render(reader: &mut Reader<'_>, value: &Value) -> Option<Render> {
    let mut fields = reader.fields(value)?;
    let helm = fields.optional("helm", helm);
    let kustomize = fields.optional("kustomize", |reader, value| {
        reader.filled_list(value, Reader::text)
    });
    fields.end("key");
    Some(Render {
        helm,
        kustomize: kustomize.unwrap_or_default(),
    })
}

fn helm(reader: &mut Reader<'_>, value: &Value) -> Option<RenderHelm> {
    let mut fields = reader.fields(value)?;
    let charts = fields.required("charts", |reader, value| {
        reader.filled_list(value, Reader::text)
    });
    let values = fields.optional("values", |reader, value| reader.list(value, Reader::text));
    fields.end("key");
    Some(RenderHelm {
        charts: charts?,
        values: values.unwrap_or_default(),
    })
}

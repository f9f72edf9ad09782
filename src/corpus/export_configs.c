/* export_configs.c - training configurations with the published settings (3
 * epochs, learning rate 5e-5, AdamW, 4096 tokens, batch 4 a device, gradient
 * checkpointing, mixed precision), the data card and the Croissant file. */
#include <inttypes.h>

#include "corpus/export_private.h"

static bool write_and_release(struct export *x, const char *name,
                              struct buf *text, struct err *err)
{
    bool ok = export_write_file(x, name, buf_str(text), err);
    buf_release(text);
    return ok;
}

bool export_llamafactory_finish(struct export *x, struct err *err)
{
    struct buf text;
    buf_init(&text, 1 << 16);
    buf_add(
        &text,
        STR("{\n  \"anamnesis\": {\n"
            "    \"file_name\": \"anamnesis.json\",\n"
            "    \"formatting\": \"sharegpt\",\n"
            "    \"columns\": {\"messages\": \"conversations\", \"system\": "
            "\"system\"},\n"
            "    \"tags\": {\"role_tag\": \"from\", \"content_tag\": "
            "\"value\",\n"
            "             \"user_tag\": \"human\", \"assistant_tag\": "
            "\"gpt\"}\n  }\n}\n"));
    if (!write_and_release(x, "dataset_info.json", &text, err))
        return false;
    buf_init(&text, 1 << 16);
    buf_printf(&text,
               "# llamafactory-cli train train_sft.yaml\n"
               "model_name_or_path: %s\n"
               "template: qwen\n"
               "stage: sft\ndo_train: true\nfinetuning_type: full\n"
               "dataset: anamnesis\ndataset_dir: .\ncutoff_len: 4096\n"
               "output_dir: saves/anamnesis\n"
               "num_train_epochs: 3.0\nlearning_rate: 5.0e-5\n"
               "optim: adamw_torch\nlr_scheduler_type: cosine\n"
               "warmup_ratio: 0.03\nper_device_train_batch_size: 4\n"
               "gradient_accumulation_steps: 1\n"
               "gradient_checkpointing: true\nbf16: true\n"
               "logging_steps: 10\nsave_strategy: epoch\n",
               x->options->model);
    return write_and_release(x, "train_sft.yaml", &text, err);
}

bool export_axolotl_finish(struct export *x, struct err *err)
{
    struct buf text;
    buf_init(&text, 1 << 16);
    buf_printf(&text,
               "# axolotl train axolotl.yaml\n"
               "base_model: %s\n"
               "datasets:\n"
               "  - path: train.jsonl\n"
               "    ds_type: json\n"
               "    type: chat_template\n"
               "    field_messages: messages\n"
               "    message_property_mappings:\n"
               "      role: role\n      content: content\n"
               "    roles_to_train: [\"assistant\"]\n"
               "    train_on_eos: turn\n"
               "sequence_len: 4096\nsample_packing: false\n"
               "num_epochs: 3\nlearning_rate: 0.00005\n"
               "optimizer: adamw_torch\nlr_scheduler: cosine\n"
               "warmup_ratio: 0.03\nmicro_batch_size: 4\n"
               "gradient_accumulation_steps: 1\n"
               "gradient_checkpointing: true\nbf16: auto\n"
               "output_dir: ./saves/anamnesis\n",
               x->options->model);
    return write_and_release(x, "axolotl.yaml", &text, err);
}

bool export_trl_finish(struct export *x, struct err *err)
{
    struct buf text;
    buf_init(&text, 1 << 16);
    buf_printf(&text,
               "# trl sft --config sft.yaml\n"
               "model_name_or_path: %s\n"
               "dataset_name: json\n"
               "datasets:\n  - path: json\n    data_files: train.jsonl\n"
               "completion_only_loss: true\nmax_length: 4096\n"
               "num_train_epochs: 3\nlearning_rate: 5.0e-5\n"
               "optim: adamw_torch\nlr_scheduler_type: cosine\n"
               "warmup_ratio: 0.03\nper_device_train_batch_size: 4\n"
               "gradient_accumulation_steps: 1\n"
               "gradient_checkpointing: true\nbf16: true\n"
               "output_dir: saves/anamnesis\n",
               x->options->model);
    return write_and_release(x, "sft.yaml", &text, err);
}

/* --- Hugging Face --- */

static const char *size_category(uint64_t records)
{
    static const struct {
        uint64_t below;
        const char *name;
    } steps[] = {{1000, "n<1K"},
                 {10000, "1K<n<10K"},
                 {100000, "10K<n<100K"},
                 {1000000, "100K<n<1M"},
                 {10000000, "1M<n<10M"}};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (records < steps[i].below)
            return steps[i].name;
    return "10M<n<100M";
}

static void put_counts(struct buf *out, const char *title,
                       const struct map *counts)
{
    buf_printf(out, "\n| %s | records |\n| --- | ---: |\n", title);
    for (size_t i = 0; i < map_size(counts); i++)
        buf_printf(out, "| " STR_FMT " | %" PRIu64 " |\n",
                   STR_ARG(map_entry(counts, i)->key),
                   map_entry(counts, i)->value);
}

static bool write_card(struct export *x, struct err *err)
{
    const struct export_options *o = x->options;
    struct buf card;
    buf_init(&card, 1 << 20);
    buf_printf(&card, "---\npretty_name: %s\nlicense: %s\nlanguage:\n",
               o->title, o->license ? o->license : "other");
    for (size_t i = 0; i < map_size(&x->report->langs); i++)
        if (!str_equal(map_entry(&x->report->langs, i)->key, STR("?")))
            buf_printf(&card, "- " STR_FMT "\n",
                       STR_ARG(map_entry(&x->report->langs, i)->key));
    buf_printf(&card,
               "task_categories:\n- text-generation\n- question-answering\n"
               "tags:\n- medical\n- dialogue\nsize_categories:\n- %s\n"
               "configs:\n- config_name: default\n  data_files:\n"
               "  - split: train\n    path: records.jsonl\n---\n\n# %s\n\n"
               "%" PRIu64 " records, one JSON object a line with one fixed "
               "schema a kind. Not for clinical use.\n",
               size_category(x->number), o->title, x->number);
    put_counts(&card, "kind", &x->report->kinds);
    put_counts(&card, "language", &x->report->langs);
    put_counts(&card, "split", &x->report->splits);
    return write_and_release(x, "README.md", &card, err);
}

/* MLCommons Croissant 1.0. */
bool export_hf_finish(struct export *x, struct err *err)
{
    struct buf text;
    buf_init(&text, 1 << 16);
    struct json_out j = json_out(&text);
    json_begin(&j, '{');
    json_key(&j, "@context");
    json_put_raw(&j, STR("{\"@vocab\":\"https://schema.org/\",\"sc\":"
                         "\"https://schema.org/\",\"cr\":"
                         "\"http://mlcommons.org/croissant/\"}"));
    json_add_str(&j, "@type", STR("sc:Dataset"));
    json_add_str(&j, "conformsTo", STR("http://mlcommons.org/croissant/1.0"));
    json_add_str(&j, "name", str_of(x->options->title));
    json_key(&j, "license");
    json_put_str(&j,
                 str_of(x->options->license ? x->options->license : "other"));
    json_key(&j, "distribution");
    json_put_raw(&j, STR("[{\"@type\":\"cr:FileObject\",\"@id\":"
                         "\"records.jsonl\",\"name\":\"records.jsonl\","
                         "\"contentUrl\":\"records.jsonl\","
                         "\"encodingFormat\":\"application/jsonlines\"}]"));
    json_key(&j, "recordSet");
    json_put_raw(
        &j, STR("[{\"@type\":\"cr:RecordSet\",\"@id\":\"records\",\"field\":"
                "[{\"@type\":\"cr:Field\",\"@id\":\"records/id\","
                "\"dataType\":\"sc:Text\",\"source\":{\"fileObject\":"
                "{\"@id\":\"records.jsonl\"},\"extract\":{\"jsonPath\":"
                "\"$.id\"}}},{\"@type\":\"cr:Field\",\"@id\":"
                "\"records/kind\",\"dataType\":\"sc:Text\",\"source\":"
                "{\"fileObject\":{\"@id\":\"records.jsonl\"},\"extract\":"
                "{\"jsonPath\":\"$.kind\"}}}]}]"));
    json_end(&j, '}');
    buf_add_char(&text, '\n');
    return write_and_release(x, "croissant.json", &text, err) &&
           write_card(x, err);
}

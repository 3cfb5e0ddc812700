/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Between GValue and JSON, which has one kind of whole number. */

#include "project/properties.h"

static void
set_value (JsonNode     *node,
           const GValue *value)
{
  g_auto (GValue) number = G_VALUE_INIT;

  if (!G_VALUE_HOLDS_UINT (value) && !G_VALUE_HOLDS_UINT64 (value))
    {
      json_node_set_value (node, value);
      return;
    }
  g_value_init (&number, G_TYPE_INT64);
  g_value_transform (value, &number);
  json_node_set_value (node, &number);
}

void
weir_properties_describe (GObject           *object,
                          const char *const *names,
                          JsonObject        *json)
{
  for (guint i = 0; names[i]; i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;
      JsonNode *node = json_node_new (JSON_NODE_VALUE);

      g_object_get_property (object, names[i], &value);
      set_value (node, &value);
      json_object_set_member (json, names[i], node);
    }
}

static void
take_property (GObject    *object,
               GParamSpec *pspec,
               JsonNode   *node)
{
  g_auto (GValue) found = G_VALUE_INIT;
  g_auto (GValue) value = G_VALUE_INIT;

  if (!node || !JSON_NODE_HOLDS_VALUE (node))
    return;
  json_node_get_value (node, &found);
  g_value_init (&value, pspec->value_type);
  if (G_VALUE_HOLDS_STRING (&found) != G_VALUE_HOLDS_STRING (&value) ||
      G_VALUE_HOLDS_BOOLEAN (&found) != G_VALUE_HOLDS_BOOLEAN (&value) ||
      !g_value_transform (&found, &value) || g_param_value_validate (pspec, &value))
    return;
  g_object_set_property (object, pspec->name, &value);
}

void
weir_properties_take (GObject           *object,
                      const char *const *names,
                      JsonObject        *json)
{
  for (guint i = 0; names[i]; i++)
    take_property (object, g_object_class_find_property (G_OBJECT_GET_CLASS (object), names[i]),
                   json_object_get_member (json, names[i]));
}

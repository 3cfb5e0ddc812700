/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Made on the host: the arguments reach 10⁴ radians, where the sine of a GPU is worth nothing. */

#include "sample/timestep.h"

#include <math.h>

/* exp (-k ln 10⁴ / 31) as the reference's single precision gives it. A unit in the last place
 * moves the embedding by 5·10^-4, so these are not computed here. */
const float cas_timestep_frequencies[CAS_TIMESTEP_N_FREQUENCIES] = {
  0x1p+0f, 0x1.7c65c4p-1f, 0x1.1a9f26p-1f, 0x1.a3f496p-2f,
  0x1.3803p-2f, 0x1.cfa08p-3f, 0x1.587546p-3f, 0x1.ffd702p-4f,
  0x1.7c4752p-4f, 0x1.1a8886p-4f, 0x1.a3d2fap-5f, 0x1.37ea06p-5f,
  0x1.cf7b62p-6f, 0x1.5859b4p-6f, 0x1.ffae06p-7f, 0x1.7c28ep-7f,
  0x1.1a71e8p-7f, 0x1.a3b15ep-8f, 0x1.37d11p-8f, 0x1.cf564cp-9f,
  0x1.583e28p-9f, 0x1.ff850ep-10f, 0x1.7c0a7p-10f, 0x1.1a5b4ap-10f,
  0x1.a38fc4p-11f, 0x1.37b81ap-11f, 0x1.cf3134p-12f, 0x1.58228cp-12f,
  0x1.ff5c1ap-13f, 0x1.7becp-13f, 0x1.1a44aep-13f, 0x1.a36e2cp-14f,
};

void
cas_timestep_embedding (float r,
                        float out[CAS_TIMESTEP_SIZE])
{
  float position = r * 10000.0f;

  for (guint k = 0; k < CAS_TIMESTEP_N_FREQUENCIES; k++)
    {
      float angle = position * cas_timestep_frequencies[k];
      out[k] = (float) sin (angle);
      out[CAS_TIMESTEP_N_FREQUENCIES + k] = (float) cos (angle);
    }
}

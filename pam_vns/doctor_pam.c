#include "doctor.h"
void vns_doctor_pam(struct vns_doctor *doctor)
{
	vns_strings_add(&doctor->services,
			doctor->service ? doctor->service : "sshd");
}

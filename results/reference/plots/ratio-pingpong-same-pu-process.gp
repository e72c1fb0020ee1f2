# Ratio to pipe: median round trip, pingpong, same-pu, process
# Drawn from ratio-pingpong-same-pu-process.dat; "gnuplot ratio-pingpong-same-pu-process.gp" in this folder draws it again.
reset session
set encoding utf8
do for [terminal in "pdf svg"] {
	reset
	set minussign
	if (terminal eq "pdf") {
		set terminal pdfcairo size 3.33in,2.15in \
			font 'Liberation Sans,8' noenhanced linewidth 0.8 \
			fontscale 0.75 dashlength 0.6
	} else {
		set terminal svg size 240,155 dynamic name 'ratio_pingpong_same_pu_process' \
			font 'Liberation Sans,8' noenhanced linewidth 0.6 \
			dashlength 0.6
	}
	set output 'ratio-pingpong-same-pu-process.'.terminal
	set border 3 linecolor '#333333' linewidth 1
	set tics nomirror out scale 0.5
	set grid linecolor '#d9d9d9' linewidth 0.6 linetype 1
	set pointsize 0.55
	# SVG has taller lines; what does not fit would be left out.
	set key Left reverse samplen 1.6 font ',7' \
		spacing (terminal eq "svg" ? 0.85 : 1.05)
	set border 0
	unset grid
	unset key
	set tics scale 0
	set palette defined (-3 '#053f6b', -1.5 '#3b8fc4', 0 '#ffffff', 1.5 '#e0803f', 3 '#8f3500')
	set cbrange [-3:3]
	set cbtics ('1/8' -3, '1/4' -2, '1/2' -1, '1' 0, '2' 1, '4' 2, '8' 3)
	set cblabel 'ratio to pipe' offset 0.5,0
	set colorbox noborder
	set xrange [-0.5:2.5]
	set yrange [6.5:-0.5]

	set xtics ('64 B' 0, '4 KiB' 1, '64 KiB' 2)
	set ytics ('pipe' 0, 'unix-stream' 1, 'unix-seqpacket' 2, 'tcp' 3, 'sysv-msg' 4, 'ring' 5, 'pageswap' 6)
	set xlabel 'message size'
	set style fill solid noborder
	plot 'ratio-pingpong-same-pu-process.dat' index 0 using 1:2:(0.48):(0.46):3 with boxxyerror linecolor palette, \
		'ratio-pingpong-same-pu-process.dat' index 1 using 1:2:(0.48):(0.46) with boxxyerror linecolor rgb '#dddddd', \
		'ratio-pingpong-same-pu-process.dat' index 0 using 1:2:4:5 with labels font ',7' textcolor rgb variable, \
		'ratio-pingpong-same-pu-process.dat' index 1 using 1:2:3 with labels font ',7' textcolor rgb '#555555'
	unset output
}
